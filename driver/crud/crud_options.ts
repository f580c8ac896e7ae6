import type { Document } from "../../codec/bson_types.ts";
import type { OperationOptions } from "../operation/operation_settings.ts";

/** How texts are compared. */
export interface CollationOptions {
  /** The language's rules, e.g. `de`; `simple` compares bytes. */
  readonly locale: string;
  /** Whether cases are compared on a level of their own. */
  readonly caseLevel?: boolean;
  /** Which case comes first: `upper`, `lower` or `off`. */
  readonly caseFirst?: string;
  /** The level of comparison, 1 to 5. */
  readonly strength?: number;
  /** Whether digits are compared as numbers. */
  readonly numericOrdering?: boolean;
  /** Whether spaces and punctuation count: `non-ignorable` or `shifted`. */
  readonly alternate?: string;
  /** What `shifted` leaves out: `punct` or `space`. */
  readonly maxVariable?: string;
  /** Whether accents are compared from the end, as in some French dictionaries. */
  readonly backwards?: boolean;
  /** Whether texts are normalized before. */
  readonly normalization?: boolean;
}

/** The index to use: its name or its keys. */
export type Hint = string | Document;

/** How much an explanation tells. */
export type ExplainVerbosity = "queryPlanner" | "queryPlannerExtended" | "executionStats" | "allPlansExecution";

/** What is to be explained, and in how much time. */
export interface ExplainCommandOptions {
  /** How much to tell. */
  readonly verbosity: ExplainVerbosity | string;
  /** Milliseconds that the explanation itself may take. */
  readonly maxTimeMS?: number;
}

/** As users ask for an explanation; `true` means `allPlansExecution`, `false` `queryPlanner`. */
export type ExplainVerbosityLike = ExplainVerbosity | boolean;

/** What every command on a collection takes. */
export interface CommandOperationOptions extends OperationOptions {
  /** What the server's logs and profiles say of the command. */
  readonly comment?: unknown;
  /** Milliseconds that the server may work on it; `timeoutMS` supersedes it. */
  readonly maxTimeMS?: number;
  /** How texts are compared. */
  readonly collation?: CollationOptions;
}

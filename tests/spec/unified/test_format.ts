import type { Document } from "bson";

/** A file of the unified test format, read as Extended JSON. */
export interface UnifiedFile {
  readonly description: string;
  readonly schemaVersion: string;
  readonly runOnRequirements?: readonly Requirement[];
  readonly createEntities?: readonly EntityDefinition[];
  readonly initialData?: readonly CollectionData[];
  readonly tests: readonly UnifiedTest[];
}

/** One case of a file. */
export interface UnifiedTest {
  readonly description: string;
  readonly runOnRequirements?: readonly Requirement[];
  readonly skipReason?: string;
  readonly operations: readonly OperationDefinition[];
  readonly expectEvents?: readonly ExpectedEvents[];
  readonly expectLogMessages?: readonly ExpectedLogMessages[];
  readonly expectTracingMessages?: readonly Document[];
  readonly outcome?: readonly CollectionData[];
}

/** What a deployment has to be; all fields that are there must be met. */
export interface Requirement {
  readonly minServerVersion?: string;
  readonly maxServerVersion?: string;
  readonly topologies?: readonly string[];
  readonly serverless?: string;
  readonly serverParameters?: Document;
  readonly auth?: boolean;
  readonly authMechanism?: string;
  readonly csfle?: boolean | Document;
}

/** One key, which names the kind, with what the entity is made of. */
export type EntityDefinition = Readonly<Record<string, { readonly id: string } & Document>>;

/** The contents of a collection, before or after a case. */
export interface CollectionData {
  readonly collectionName: string;
  readonly databaseName: string;
  readonly createOptions?: Document;
  readonly documents: readonly Document[];
}

/** One step of a case. */
export interface OperationDefinition {
  readonly name: string;
  readonly object: string;
  readonly arguments?: Document;
  readonly ignoreResultAndError?: boolean;
  readonly expectError?: ExpectedError;
  readonly expectResult?: unknown;
  readonly saveResultAsEntity?: string;
}

/** What an operation's error must be like. */
export interface ExpectedError {
  readonly isError?: boolean;
  readonly isClientError?: boolean;
  readonly isTimeoutError?: boolean;
  readonly errorContains?: string;
  readonly errorCode?: number;
  readonly errorCodeName?: string;
  readonly errorLabelsContain?: readonly string[];
  readonly errorLabelsOmit?: readonly string[];
  readonly writeErrors?: Document;
  readonly writeConcernErrors?: readonly Document[];
  readonly errorResponse?: Document;
  readonly expectResult?: unknown;
}

/** What a client must have told of. */
export interface ExpectedEvents {
  readonly client: string;
  readonly eventType?: EventType;
  readonly events: readonly ExpectedEvent[];
  readonly ignoreExtraEvents?: boolean;
}

/** The specification that an event belongs to. */
export type EventType = "command" | "cmap" | "sdam";

/** One key, which names the event, with what it must say. */
export type ExpectedEvent = Readonly<Record<string, Document>>;

/** What a client must have logged. */
export interface ExpectedLogMessages {
  readonly client: string;
  readonly messages: readonly ExpectedLogMessage[];
  readonly ignoreMessages?: readonly ExpectedLogMessage[];
  readonly ignoreExtraMessages?: boolean;
}

/** One line of a log, before it is a line. */
export interface ExpectedLogMessage {
  readonly level: string;
  readonly component: string;
  readonly data: Document;
  readonly failureIsRedacted?: boolean;
}

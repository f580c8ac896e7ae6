import { encodeDocument } from "../../codec/bson_encode.ts";
import type { Document } from "../../codec/bson_types.ts";
import { type CollectionScope, isUnacknowledged, writeOperation } from "../crud/collection_scope.ts";
import { withFields } from "../crud/command_body.ts";
import type { CommandOperationOptions } from "../crud/crud_options.ts";
import { checkHint } from "../crud/write_statement.ts";
import type { Operation, ServerFacts } from "../operation/operation.ts";
import type { BulkKind, BulkStatement } from "./bulk_statement.ts";
import { takeBatch } from "./take_batch.ts";

/** Options of `bulkWrite` and `insertMany`. */
export interface BulkWriteOptions extends CommandOperationOptions {
  /** Stop at the first write that fails, and do them one after the other. @default {true} */
  readonly ordered?: boolean;
  /** Write although the collection's validator refuses. @default {false} */
  readonly bypassDocumentValidation?: boolean;
  /** Leave the `_id` of documents to the server. @default {false} */
  readonly forceServerObjectId?: boolean;
  /** Variables for expressions of updates and deletions, as `$$name`. */
  readonly let?: Document;
}

/** One command of a bulk. */
export interface WriteBatch {
  /** What it carries. */
  readonly statements: readonly BulkStatement[];
  /** The server's reply. */
  readonly reply: Document;
}

/** The array that a command's statements are. */
const SEQUENCE: Readonly<Record<BulkKind, string>> = { insert: "documents", update: "updates", delete: "deletes" };
/** Left for what the driver adds to a command, such as session and cluster time, and for the message itself. */
const OVERHEAD_BYTES = 16_384;

/** Sends the statements of a run from number `from` on, as many as the server takes at once. */
export function writeBatch(
  scope: CollectionScope,
  run: readonly BulkStatement[],
  from: number,
  options: BulkWriteOptions,
): Operation<WriteBatch> {
  const unacknowledged = isUnacknowledged(scope, options);
  const kind = run[0]!.kind;
  let documents: Uint8Array[] | null = null;
  const operation = writeOperation<WriteBatch>(scope, options, isRetryable(run, from), {
    commandName: kind,
    command(facts) {
      if (unacknowledged) { for (const { hint } of run) checkHint(hint, unacknowledged, facts); }
      const body = batchBody(scope, kind, options);
      // The same in each attempt, whatever another server would take.
      documents ??= encodeBatch(run, from, body, facts, options);
      return { body, sequences: [{ identifier: SEQUENCE[kind], documents }], unacknowledged };
    },
    result: (reply) => ({ statements: run.slice(from, from + documents!.length), reply }),
  });
  return { ...operation, takesWriteConcernError: true };
}

/** How far a batch goes is not known yet, so all that is left has to be such that it can be sent again. */
function isRetryable(run: readonly BulkStatement[], from: number): boolean {
  for (let i = from; i < run.length; i++) if (!run[i]!.isSingle) return false;
  return true;
}

function batchBody({ collection }: CollectionScope, kind: BulkKind, options: BulkWriteOptions): Document {
  const { ordered = true, bypassDocumentValidation, comment, let: variables } = options;
  return withFields({ [kind]: collection, ordered }, {
    bypassDocumentValidation: kind === "delete" ? undefined : bypassDocumentValidation,
    let: kind === "insert" ? undefined : variables,
    comment,
  });
}

function encodeBatch(
  run: readonly BulkStatement[],
  from: number,
  body: Document,
  { maxWriteBatchSize, maxMessageSizeBytes }: ServerFacts,
  { ignoreUndefined = false, serializeFunctions = false, checkKeys = false }: BulkWriteOptions,
): Uint8Array[] {
  const bytes = maxMessageSizeBytes - OVERHEAD_BYTES - encodeDocument(body).length;
  const encoding = { ignoreUndefined, serializeFunctions, checkKeys };
  return takeBatch(run, from, { count: maxWriteBatchSize, bytes }, (document) => encodeDocument(document, encoding));
}

import type { Document } from "../../codec/bson_types.ts";
import { withFields } from "../crud/command_body.ts";
import type { ChangeStreamOptions } from "./change_stream_options.ts";

/** The stages to send: `$changeStream`, which begins where `start` says, and then the user's. */
export function changeStreamPipeline(
  stages: readonly Document[],
  options: ChangeStreamOptions,
  start: Document,
  isCluster: boolean,
): Document[] {
  const { fullDocument, fullDocumentBeforeChange, showExpandedEvents } = options;
  const stage = withFields(isCluster ? { allChangesForCluster: true } : {}, {
    fullDocument,
    fullDocumentBeforeChange,
    showExpandedEvents,
    ...start,
  });
  return [{ $changeStream: stage }, ...stages];
}

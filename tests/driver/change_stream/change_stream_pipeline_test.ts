import { assertEquals } from "@std/assert";
import { changeStreamPipeline } from "../../../driver/change_stream/change_stream_pipeline.ts";

Deno.test("changeStreamPipeline() puts its stage before the user's", () => {
  const stages = [{ $match: { operationType: "insert" } }, { $changeStreamSplitLargeEvent: {} }];
  assertEquals(changeStreamPipeline(stages, {}, {}, false), [{ $changeStream: {} }, ...stages]);
});

Deno.test("changeStreamPipeline() sends what is set, and of the options only the stage's", () => {
  const options = {
    fullDocument: "required",
    fullDocumentBeforeChange: "off",
    showExpandedEvents: false,
    batchSize: 1,
    maxAwaitTimeMS: 1,
    resumeAfter: { _data: "from the options" },
  };
  assertEquals(changeStreamPipeline([], options, { startAfter: { _data: "now" } }, false), [{
    $changeStream: {
      fullDocument: "required",
      fullDocumentBeforeChange: "off",
      showExpandedEvents: false,
      startAfter: { _data: "now" },
    },
  }]);
});

Deno.test("changeStreamPipeline() tells the server to watch the whole deployment", () => {
  assertEquals(changeStreamPipeline([], {}, {}, true), [{ $changeStream: { allChangesForCluster: true } }]);
});

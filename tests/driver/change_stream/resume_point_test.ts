import { assertEquals } from "@std/assert";
import { Timestamp } from "bson";
import { type ReplyPosition, ResumePoint } from "../../../driver/change_stream/resume_point.ts";

const OLD = { _data: "old" };
const FIRST = { _data: "first" };
const SECOND = { _data: "second" };
const BATCH = { _data: "batch" };
const [EARLY, LATE] = [Timestamp.fromBits(1, 1), Timestamp.fromBits(1, 2)];

function reply(changes: Partial<ReplyPosition> = {}): ReplyPosition {
  return { isEmpty: true, postBatchResumeToken: null, operationTime: LATE, ...changes };
}

Deno.test("ResumePoint begins where the user says, and lets the server refuse what excludes each other", () => {
  const options = { startAfter: OLD, resumeAfter: FIRST, startAtOperationTime: EARLY };
  assertEquals(new ResumePoint(options).stage, options);
  assertEquals(new ResumePoint({}).stage, {});
});

Deno.test("ResumePoint gives the user's token before a change came", () => {
  assertEquals(new ResumePoint({ startAfter: OLD }).token, OLD);
  assertEquals(new ResumePoint({ resumeAfter: OLD }).token, OLD);
  assertEquals(new ResumePoint({ startAtOperationTime: EARLY }).token, null);
  const point = new ResumePoint({});
  point.onReply(reply({ isEmpty: false, postBatchResumeToken: BATCH }));
  assertEquals(point.token, null);
});

Deno.test("ResumePoint takes the token of an empty batch, and not that of one whose changes were not given", () => {
  const point = new ResumePoint({ resumeAfter: OLD });
  point.onReply(reply({ isEmpty: false, postBatchResumeToken: BATCH }));
  assertEquals(point.token, OLD);
  point.onReply(reply({ postBatchResumeToken: BATCH }));
  assertEquals(point.token, BATCH);
  point.onReply(reply());
  assertEquals(point.token, BATCH);
});

Deno.test("ResumePoint keeps to startAfter until a change was given", () => {
  const point = new ResumePoint({ startAfter: OLD });
  point.onReply(reply());
  assertEquals(point.stage, { startAfter: OLD });
  point.onReply(reply({ postBatchResumeToken: BATCH }));
  assertEquals(point.stage, { startAfter: BATCH });
  point.onChange(FIRST);
  assertEquals(point.stage, { resumeAfter: FIRST });
  point.onChange(SECOND);
  assertEquals([point.token, point.stage], [SECOND, { resumeAfter: SECOND }]);
});

Deno.test("ResumePoint resumes after a token in place of any time", () => {
  const point = new ResumePoint({ startAtOperationTime: EARLY });
  point.onReply(reply());
  assertEquals(point.stage, { startAtOperationTime: EARLY });
  point.onReply(reply({ postBatchResumeToken: BATCH }));
  assertEquals(point.stage, { resumeAfter: BATCH });
});

Deno.test("ResumePoint keeps the time of the first reply where there is no token", () => {
  const point = new ResumePoint({});
  point.onReply(reply({ operationTime: EARLY }));
  point.onReply(reply({ operationTime: LATE }));
  assertEquals(point.stage, { startAtOperationTime: EARLY });
});

Deno.test("ResumePoint keeps no time of a first reply that brought changes or a token", () => {
  for (const first of [reply({ isEmpty: false }), reply({ postBatchResumeToken: BATCH })]) {
    const point = new ResumePoint({});
    point.onReply(first);
    point.onReply(reply());
    assertEquals("startAtOperationTime" in point.stage, false);
  }
});

Deno.test("ResumePoint begins anew where there is nothing to go by", () => {
  const point = new ResumePoint({});
  point.onReply(reply({ operationTime: null }));
  assertEquals(point.stage, {});
});

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { Long } from "bson";
import type { Document } from "../../../codec/bson_types.ts";
import { MongoChangeStreamError } from "../../../driver/change_stream/change_stream_error.ts";
import type { ChangeStreamOptions } from "../../../driver/change_stream/change_stream_options.ts";
import {
  MongoAPIError,
  MongoInvalidArgumentError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
} from "../../../driver/error.ts";
import type { ChangeStream } from "../../../driver/change_stream/change_stream.ts";
import { MongoClient } from "../../../driver/mongo_client.ts";
import { HELLO_REPLY, isHello, type ScriptedAnswer, ScriptedServer } from "../scripted_server.ts";

const CURSOR_ID = Long.fromNumber(7);
const RESUMABLE = { ok: 0, code: 262, errmsg: "too slow", errorLabels: ["ResumableChangeStreamError"] };
const FATAL = { ok: 0, code: 280, errmsg: "the resume point is gone" };

/** A change stream of a server that answers by a script, and the commands that the server got. */
interface Fixture extends AsyncDisposable {
  readonly client: MongoClient;
  readonly stream: ChangeStream;
  /** The names of commands so far, `aggregate` with where it begins. */
  sent(): unknown[];
  /** How many sessions the commands were part of. */
  sessions(): number;
  /** Resolves once there was a command of that name. */
  asked(name: string): Promise<void>;
}

/** `answers` are given to `aggregate` and `getMore` in turn. */
function fixture(answers: readonly ScriptedAnswer[], options: ChangeStreamOptions = {}): Fixture {
  const left = [...answers];
  const sessions = new Set<string>();
  const waiters = new Map<string, () => void>();
  const server = new ScriptedServer((command) => {
    if (isHello(command)) return { ...HELLO_REPLY, logicalSessionTimeoutMinutes: 30 };
    const [name = ""] = Object.keys(command);
    if (name !== "endSessions") sessions.add(command.lsid.id.toString("hex"));
    waiters.get(name)?.();
    if (name === "killCursors") return { ok: 0, code: 43, errmsg: "no such cursor" };
    return name === "aggregate" || name === "getMore" ? left.shift() ?? "silence" : { ok: 1 };
  });
  const { address } = server;
  assert("port" in address);
  const client = new MongoClient(`mongodb://127.0.0.1:${address.port}/?directConnection=true&retryReads=false`);
  const stream = client.db("app").collection("things").watch([], options);
  return {
    client,
    stream,
    sent: () => server.commands.filter((command) => !isHello(command)).map(describe),
    sessions: () => sessions.size,
    asked: (name) => new Promise((resolve) => waiters.set(name, resolve)),
    async [Symbol.asyncDispose]() {
      await stream.close();
      assertEquals(client.core.open.size, 0, "something is left open");
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function describe(command: Document): unknown {
  const [name] = Object.keys(command);
  if (name !== "aggregate") return name;
  const [[place, token] = ["now", null]] = Object.entries(command.pipeline[0].$changeStream);
  return [place, (token as Document | null)?._data];
}

function token(name: string): Document {
  return { _data: name };
}

function first(names: readonly string[], postBatchResumeToken?: Document, id = CURSOR_ID): Document {
  return reply({ firstBatch: names.map(change) }, postBatchResumeToken, id);
}

function next(names: readonly string[], postBatchResumeToken?: Document, id = CURSOR_ID): Document {
  return reply({ nextBatch: names.map(change) }, postBatchResumeToken, id);
}

function reply(batch: Document, postBatchResumeToken: Document | undefined, id: Long): Document {
  const more = postBatchResumeToken === undefined ? {} : { postBatchResumeToken };
  return { ok: 1, cursor: { id, ns: "app.things", ...batch, ...more } };
}

function change(name: string): Document {
  return { _id: token(name), operationType: "insert" };
}

Deno.test("ChangeStream gives changes in order, with the token to go on after each", async () => {
  await using f = fixture([first(["a", "b"], token("2")), next([], token("3")), next(["c"], token("4"))]);
  const { stream } = f;
  assertEquals(stream.resumeToken, undefined);
  assertEquals(await stream.next(), change("a"));
  assertEquals([stream.resumeToken, stream.bufferedCount()], [token("a"), 1]);
  assertEquals(await stream.tryNext(), change("b"));
  assertEquals(stream.resumeToken, token("2"));
  assertEquals(await stream.tryNext(), null);
  assertEquals(stream.resumeToken, token("3"));
  assertEquals(await stream.hasNext(), true);
  assertEquals(stream.resumeToken, token("3"));
  assertEquals(await stream.next(), change("c"));
  assertEquals(stream.resumeToken, token("4"));
  assertEquals(f.sent(), [["now", undefined], "getMore", "getMore"]);
});

Deno.test("ChangeStream goes on after resumable failures, one after the other, in one session", async () => {
  const answers = [first(["a"]), RESUMABLE, first([], token("1")), RESUMABLE, first([]), RESUMABLE, first(["b"])];
  await using f = fixture(answers);
  assertEquals([await f.stream.next(), await f.stream.next()], [change("a"), change("b")]);
  const again = ["getMore", "killCursors"];
  assertEquals(f.sent(), [
    ["now", undefined],
    ...again,
    ["resumeAfter", "a"],
    ...again,
    ["resumeAfter", "1"],
    ...again,
    ["resumeAfter", "1"],
  ]);
  assertEquals(f.sessions(), 1);
});

Deno.test("ChangeStream begins after startAfter again until it gave a change", async () => {
  const answers = [first([]), RESUMABLE, first(["a"]), RESUMABLE, first(["b"])];
  await using f = fixture(answers, { startAfter: token("0") });
  assertEquals([await f.stream.next(), await f.stream.next()], [change("a"), change("b")]);
  const places = f.sent().filter(Array.isArray);
  assertEquals(places, [["startAfter", "0"], ["startAfter", "0"], ["resumeAfter", "a"]]);
});

Deno.test("ChangeStream gives the parts of a split change, and goes on after each", async () => {
  const parts: Document[] = [1, 2].map((fragment) => ({ ...change(`${fragment}`), splitEvent: { fragment, of: 2 } }));
  const [one, two] = parts.map((part) => reply({ firstBatch: [part] }, undefined, CURSOR_ID));
  await using f = fixture([one!, RESUMABLE, two!]);
  assertEquals([await f.stream.next(), await f.stream.next()], parts);
  assertEquals(f.sent().at(-1), ["resumeAfter", "1"]);
});

Deno.test("ChangeStream tries to resume once, and is closed if that fails", async () => {
  await using f = fixture([first([]), RESUMABLE, RESUMABLE, first(["a"])]);
  const error = await assertRejects(() => f.stream.next(), MongoServerError);
  assertEquals([error.code, f.stream.closed], [262, true]);
  await assertRejects(() => f.stream.next(), MongoChangeStreamError, "ChangeStream is closed");
  assertEquals(f.sent().filter(Array.isArray).length, 2);
});

Deno.test("ChangeStream does not resume after an aggregate that failed", async () => {
  await using f = fixture([RESUMABLE, first(["a"])]);
  await assertRejects(() => f.stream.next(), MongoServerError);
  assertEquals([f.stream.closed, f.client.core.open.size], [true, 0]);
  assertEquals(f.sent().length, 1);
});

Deno.test("ChangeStream does not resume after other failures", async () => {
  await using f = fixture([first([]), FATAL, first(["a"])]);
  await assertRejects(() => f.stream.tryNext(), MongoServerError);
  assertEquals([f.stream.closed, f.client.core.open.size], [true, 0]);
  assertEquals(f.sent(), [["now", undefined], "getMore", "killCursors"]);
});

Deno.test("ChangeStream goes on after a connection was lost", async () => {
  await using f = fixture([first(["a"]), "close", first(["b"])]);
  assertEquals([await f.stream.next(), await f.stream.next()], [change("a"), change("b")]);
  assertEquals(f.sent(), [["now", undefined], "getMore", ["resumeAfter", "a"]]);
});

Deno.test("ChangeStream refuses a change without a token, and closes itself", async () => {
  const batch = { firstBatch: [change("a"), { operationType: "insert" }] };
  await using f = fixture([reply(batch, token("1"), CURSOR_ID)]);
  assertEquals(await f.stream.next(), change("a"));
  await assertRejects(() => f.stream.next(), MongoChangeStreamError, "resume token is missing");
  assertEquals([f.stream.closed, f.client.core.open.size, f.stream.resumeToken], [true, 0, token("a")]);
  assertEquals(f.sent().includes("killCursors"), true);
});

Deno.test("ChangeStream ends when the server has ended it, after what it gave last", async () => {
  await using f = fixture([first(["a"]), next(["b"], undefined, Long.ZERO)]);
  const names: unknown[] = [];
  for await (const { _id } of f.stream) names.push(_id._data);
  assertEquals(names, ["a", "b"]);
  assertEquals([f.stream.closed, await f.stream.hasNext()], [true, false]);
  await assertRejects(() => f.stream.next(), MongoChangeStreamError);
  await assertRejects(() => f.stream.tryNext(), MongoChangeStreamError);
  assertEquals(f.sent(), [["now", undefined], "getMore"]);
});

Deno.test("ChangeStream gives each change once to those who wait together", async () => {
  await using f = fixture([first([]), next(["a", "b"]), next(["c"])]);
  const changes = await Promise.all([f.stream.next(), f.stream.next(), f.stream.next()]);
  assertEquals(changes, ["a", "b", "c"].map(change));
});

Deno.test("ChangeStream.close() ends what waits for a change", async () => {
  await using f = fixture([first([])]);
  const asked = f.asked("getMore");
  const waiting = assertRejects(() => f.stream.next(), MongoChangeStreamError, "ChangeStream is closed");
  await asked;
  await f.stream.close();
  await waiting;
  assertEquals(f.client.core.open.size, 0);
});

Deno.test("ChangeStream.close() ends a loop without an error", async () => {
  await using f = fixture([first([])]);
  const asked = f.asked("getMore");
  const loop = (async () => {
    for await (const change of f.stream) throw new Error(`There is a change ${change.operationType}`);
  })();
  await asked;
  await f.stream.close();
  await loop;
});

Deno.test("ChangeStream.close() does not wait for a server to be found", async () => {
  await using client = new MongoClient("mongodb://127.0.0.1:1/?directConnection=true");
  const stream = client.watch();
  const waiting = assertRejects(() => stream.next(), MongoChangeStreamError);
  // Asked in the same turn, before anything can be connected.
  await stream.close();
  await waiting;
  assertEquals(client.core.open.size, 0);
});

Deno.test("ChangeStream closes itself when its loop is left", async () => {
  await using f = fixture([first(["a", "b"])]);
  for await (const _change of f.stream) break;
  assertEquals([f.stream.closed, f.stream.bufferedCount(), f.client.core.open.size], [true, 0, 0]);
  assertEquals(f.stream.resumeToken, token("a"));
});

Deno.test("ChangeStream is closed with its client", async () => {
  await using f = fixture([first([])]);
  const asked = f.asked("getMore");
  const waiting = assertRejects(() => f.stream.next(), MongoChangeStreamError);
  await asked;
  await f.client.close();
  await waiting;
  assertEquals(f.stream.closed, true);
  await assertRejects(() => f.client.watch().next(), MongoNotConnectedError);
});

Deno.test("ChangeStream may be asked again when the time of a call was up", async () => {
  await using f = fixture([first(["a"]), "silence", first([], token("1")), next(["b"])], { timeoutMS: 200 });
  assertEquals(await f.stream.next(), change("a"));
  await assertRejects(() => f.stream.next(), MongoOperationTimeoutError);
  assertEquals(f.stream.closed, false);
  assertEquals(await f.stream.next(), change("b"));
  const places = f.sent().filter(Array.isArray);
  assertEquals(places, [["now", undefined], ["resumeAfter", "a"]]);
});

Deno.test("ChangeStream ends with the user's signal", async () => {
  const controller = new AbortController();
  await using f = fixture([first([])], { signal: controller.signal });
  const asked = f.asked("getMore");
  const waiting = f.stream.next().catch((error) => error);
  await asked;
  controller.abort();
  assertInstanceOf(await waiting, DOMException);
  assertEquals([f.stream.closed, f.client.core.open.size], [true, 0]);
});

Deno.test("watch() refuses a server that waits for longer than the driver", async () => {
  await using client = new MongoClient("mongodb://127.0.0.1:1");
  assertThrows(() => client.watch([], { maxAwaitTimeMS: 10, timeoutMS: 10 }), MongoInvalidArgumentError);
  assertEquals(client.watch([], { maxAwaitTimeMS: 10, timeoutMS: 0 }).closed, false);
});

/** Resolves with what the stream's listeners are told until it is closed. */
function listen(stream: ChangeStream): Promise<unknown[]> {
  const told: unknown[] = [];
  return new Promise((resolve) => {
    stream.on("resumeTokenChanged", (to) => told.push(["at", to._data]));
    stream.on("error", (error) => told.push(error));
    stream.on("close", () => resolve(told));
    stream.on("change", ({ _id }) => told.push(_id._data));
  });
}

Deno.test("ChangeStream.on() has changes told until the end", async () => {
  const answers = [first(["a", "b"], token("1")), next([], token("2")), next(["c"], undefined, Long.ZERO)];
  await using f = fixture(answers);
  assertEquals(await listen(f.stream), ["a", ["at", "a"], "b", ["at", "1"], ["at", "2"], "c", ["at", "c"]]);
  assertEquals([f.stream.closed, f.client.core.open.size], [true, 0]);
});

Deno.test("ChangeStream.on() goes on after resumable failures, and tells of others", async () => {
  await using f = fixture([first(["a"]), RESUMABLE, first(["b"]), FATAL]);
  const told = await listen(f.stream);
  assertEquals(told.slice(0, -1), ["a", ["at", "a"], "b", ["at", "b"]]);
  assertInstanceOf(told.at(-1), MongoServerError);
});

Deno.test("ChangeStream.on() tells that a call took too long, and goes on", async () => {
  const answers = [first([]), "silence" as const, first(["a"], undefined, Long.ZERO)];
  await using f = fixture(answers, { timeoutMS: 200 });
  const [error, ...told] = await listen(f.stream);
  assertInstanceOf(error, MongoOperationTimeoutError);
  assertEquals(told, ["a", ["at", "a"]]);
});

Deno.test("ChangeStream.close() ends what listeners are told", async () => {
  await using f = fixture([first(["a", "b"])]);
  f.stream.once("change", () => f.stream.close());
  assertEquals(await listen(f.stream), ["a", ["at", "a"]]);
});

Deno.test("ChangeStream.off() takes a listener away", async () => {
  await using f = fixture([first(["a"], undefined, Long.ZERO)]);
  const listener = () => {
    throw new Error("It was taken away");
  };
  f.stream.on("change", listener).off("change", listener);
  assertEquals(await listen(f.stream), ["a", ["at", "a"]]);
});

Deno.test("ChangeStream either tells listeners or is iterated", async () => {
  await using iterated = fixture([first(["a"])]);
  await iterated.stream.next();
  assertThrows(() => iterated.stream.on("change", () => {}), MongoAPIError, "after being used as an iterator");
  await using emitting = fixture([first(["a"])]);
  emitting.stream.on("change", () => {});
  await assertRejects(() => emitting.stream.next(), MongoAPIError, "after being used as an EventEmitter");
});

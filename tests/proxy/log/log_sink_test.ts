import { assert, assertEquals } from "@std/assert";
import { LogSink } from "../../../proxy/log/log_sink.ts";

/** A destination that takes a write when it is told to. */
class SlowDestination {
  readonly texts: string[] = [];
  #arrived = Promise.withResolvers<void>();
  #release: (() => void) | null = null;

  readonly write = (bytes: Uint8Array): Promise<void> => {
    this.texts.push(new TextDecoder().decode(bytes));
    this.#arrived.resolve();
    return new Promise((resolve) => this.#release = resolve);
  };

  /** Waits for a write to begin, and ends it. */
  async takeOne(): Promise<void> {
    await this.#arrived.promise;
    this.#arrived = Promise.withResolvers();
    this.#release?.();
  }
}

Deno.test("LogSink writes the lines of one turn together", async () => {
  const written: string[] = [];
  const sink = new LogSink((bytes) => {
    written.push(new TextDecoder().decode(bytes));
    return Promise.resolve();
  }, () => "");
  sink.push("a");
  sink.push("ö");
  assertEquals(written, []);
  await sink.flush();
  sink.push("c");
  await sink.flush();
  assertEquals(written, ["a\nö\n", "c\n"]);
});

Deno.test("LogSink keeps the order while a write is under way", async () => {
  const destination = new SlowDestination();
  const sink = new LogSink(destination.write, () => "");
  sink.push("a");
  await Promise.all([
    destination.takeOne().then(() => {
      sink.push("b");
      sink.push("c");
      return destination.takeOne();
    }),
    sink.flush(),
  ]);
  assertEquals(destination.texts, ["a\n", "b\nc\n"]);
});

Deno.test("LogSink loses lines rather than memory, and says how many", async () => {
  const destination = new SlowDestination();
  const sink = new LogSink(destination.write, (lines) => `lost ${lines}`);
  const long = "x".repeat(1_000_000);
  for (let count = 0; count < 12; count++) sink.push(long);
  await Promise.all([destination.takeOne(), sink.flush()]);
  const [text] = destination.texts;
  assert(text !== undefined && text.endsWith("lost 4\n"));
  assertEquals(text.split("\n").length, 8 + 2);
  sink.push("after");
  await Promise.all([destination.takeOne(), sink.flush()]);
  assertEquals(destination.texts[1], "after\n");
});

Deno.test("LogSink goes on when nobody reads", async () => {
  let writes = 0;
  const sink = new LogSink(() => {
    writes++;
    return Promise.reject(new Error("Broken pipe"));
  }, () => "");
  sink.push("a");
  await sink.flush();
  sink.push("b");
  await sink.flush();
  assertEquals(writes, 2);
});

Deno.test("LogSink has nothing to flush at first", async () => {
  await new LogSink(() => Promise.resolve(), () => "").flush();
});

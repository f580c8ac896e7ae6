import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ClientId, GatewayEvent } from "../../../proxy/event.ts";
import type { LogLevel } from "../../../proxy/gateway_config.ts";
import { Log } from "../../../proxy/log/log.ts";
import { line } from "../../../proxy/log/log_line.ts";

/** Runs `use` with a log and gives what it wrote. */
async function written(
  use: (log: Log) => void,
  options: { level?: LogLevel; pretty?: boolean; color?: boolean } = {},
): Promise<string[]> {
  let text = "";
  const log = new Log({
    level: options.level ?? "info",
    pretty: options.pretty ?? false,
    color: options.color ?? false,
    write(bytes) {
      text += new TextDecoder().decode(bytes);
      return Promise.resolve();
    },
  });
  use(log);
  await log.flush();
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

const clientId = 7 as ClientId;
const opened: GatewayEvent = { type: "clientOpened", clientId, remote: "r:1" };
const refused: GatewayEvent = { type: "clientRefused", remote: "r:1", limit: "maxClients", allowed: 9 };

Deno.test("Log writes one JSON object a line", async () => {
  const [text = ""] = await written((log) => log.listener("orders")({ type: "listening", address: "127.0.0.1:5" }));
  const { time, ...rest } = JSON.parse(text);
  assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(rest, {
    level: "info",
    event: "listening",
    message: "Clients can connect to 127.0.0.1:5",
    label: "orders",
    address: "127.0.0.1:5",
  });
  assertEquals(Object.keys(JSON.parse(text)), ["time", "level", "event", "message", "label", "address"]);
});

Deno.test("Log leaves null fields out, and lets none replace its own", async () => {
  const [text = ""] = await written((log) =>
    log.write(line("info", "e", "M", { a: null, event: "x", b: false, c: 0 }))
  );
  const { time, ...rest } = JSON.parse(text);
  assertEquals(typeof time, "string");
  assertEquals(rest, { level: "info", event: "e", message: "M", b: false, c: 0 });
});

Deno.test("Log keeps what a client sends on one line", async () => {
  const application = 'a\n{"event":"fake"}\x1b[2J\u2028';
  const identified: GatewayEvent = { type: "clientIdentified", clientId, application, driver: null };
  for (const pretty of [false, true]) {
    const lines = await written((log) => log.listener("x")(identified), { level: "debug", pretty, color: false });
    assertEquals(lines.length, 1);
    assert(!lines[0]!.includes("\x1b"));
    assert(!pretty || !lines[0]!.includes("\u2028"));
  }
  const [json = ""] = await written((log) => log.listener("x")(identified), { level: "debug" });
  assertEquals(JSON.parse(json).application, application);
});

for (
  const [level, expected] of [
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
  ] as const
) {
  Deno.test(`Log writes ${expected.join(", ")} at level ${level}`, async () => {
    const lines = await written((log) => {
      for (const each of ["debug", "info", "warn", "error"] as const) log.write(line(each, "e", "M", {}));
    }, { level });
    assertEquals(lines.map((text) => JSON.parse(text).level), [...expected]);
  });
}

Deno.test("Log writes lines for people", async () => {
  const [text = ""] = await written(
    (log) => log.write(line("warn", "e", "Something is odd", { a: "x y", b: 'q"', c: 5, d: "plain:1", f: null })),
    { pretty: true },
  );
  assertMatch(
    text,
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}Something is odd event=e a="x y" b="q\\"" c=5 d=plain:1$/,
  );
});

Deno.test("Log colours lines for people only where it is told to", async () => {
  const write = (log: Log) => log.write(line("error", "e", "M", {}));
  const [plain = ""] = await written(write, { pretty: true });
  const [colored = ""] = await written(write, { pretty: true, color: true });
  const [json = ""] = await written(write, { color: true });
  assertEquals([plain, colored, json].map((text) => text.includes("\x1b[31m")), [false, true, false]);
});

Deno.test("Log.listener() writes nothing for events below the level", async () => {
  assertEquals(await written((log) => log.listener("x")(opened)), []);
});

Deno.test("Log.listener() holds back repetitions, for each gateway by itself", async () => {
  const lines = await written((log) => {
    let now = 0;
    const [a, b] = [log.listener("a", () => now), log.listener("b", () => now)];
    for (const listener of [a, a, b, a, b]) listener(refused);
    now = 1_000;
    a(refused);
    b(refused);
  });
  assertEquals(lines.map((text) => JSON.parse(text)).map(({ label, repeated }) => [label, repeated]), [
    ["a", undefined],
    ["b", undefined],
    ["a", 2],
    ["b", 1],
  ]);
});

Deno.test("Log.listener() does not hold back lines that differ", async () => {
  const lines = await written((log) => {
    const listener = log.listener("a", () => 0);
    for (const cut of [0, 0, 1]) listener({ type: "drained", cut });
  });
  assertEquals(lines.length, 3);
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { gatherSettings } from "../../../proxy/cli/gather_settings.ts";
import { loadConfig } from "../../../proxy/cli/load_config.ts";
import { serve, type ServedGateway } from "../../../proxy/cli/serve.ts";
import type { EndSignal } from "../../../proxy/cli/signals.ts";
import type { GatewayEventListener } from "../../../proxy/event.ts";
import { Log } from "../../../proxy/log/log.ts";

/** What a fake gateway does when it is asked. */
interface Behaviour {
  readonly open?: (emit: GatewayEventListener) => Promise<void>;
  readonly drain?: () => Promise<void>;
}

/** Serves fake gateways, and a fake mirror where the flags ask for one; `calls` says what was asked of them. */
class Run {
  readonly calls: string[] = [];
  readonly first = Promise.withResolvers<EndSignal>();
  readonly second = Promise.withResolvers<EndSignal>();
  readonly code: Promise<number>;
  readonly #started = Promise.withResolvers<void>();
  #text = "";

  /** Takes the behaviours of the gateways, of which there may be another number, and after them that of the mirror. */
  constructor(args: string[], behaviours: readonly Behaviour[], gateways = behaviours.length) {
    const pairs = behaviours.slice(0, gateways).map((_, index) => `127.0.0.1:${index + 1}=mongodb://u:s3cret@h`);
    const { config } = loadConfig(gatherSettings({ args: [...args, ...pairs], env: {}, readFile: () => "" }));
    const log = new Log({
      level: "debug",
      pretty: false,
      color: false,
      write: (bytes) => {
        this.#text += new TextDecoder().decode(bytes);
        if (this.#text.includes('"event":"started"')) this.#started.resolve();
        return Promise.resolve();
      },
    });
    const remaining = [...behaviours];
    this.code = serve(config, {
      log,
      signals: { first: this.first.promise, second: this.second.promise },
      io: { io: "deno", why: "it is a test" },
      createGateway: ({ listen }, emit) => {
        const name = listen.kind === "tcp" ? `${listen.port}` : "";
        return this.#gateway(name, remaining.shift() ?? {}, emit);
      },
      createMirror: ({ label }, emit) => this.#gateway(label, remaining.shift() ?? {}, emit),
    }).finally(() => log.flush());
  }

  get lines(): Record<string, unknown>[] {
    return this.#text.trim().split("\n").map((text) => JSON.parse(text));
  }

  /** Waits until every gateway is open, and sends a signal. */
  async signal(signal: EndSignal): Promise<void> {
    await this.#started.promise;
    this.first.resolve(signal);
  }

  #gateway(name: string, behaviour: Behaviour, emit: GatewayEventListener): ServedGateway {
    return {
      open: ({ ping }) => {
        this.calls.push(`${name} open ${ping}`);
        return behaviour.open?.(emit) ?? Promise.resolve();
      },
      drain: (timeoutMS) => {
        this.calls.push(`${name} drain ${timeoutMS}`);
        return behaviour.drain?.() ?? Promise.resolve();
      },
      close: () => {
        this.calls.push(`${name} close`);
        return Promise.resolve();
      },
    };
  }
}

const never = () => new Promise<void>(() => {});

Deno.test("serve() drains every gateway on a signal and ends with 0", async () => {
  const run = new Run(["--drain-timeout=5s"], [{}, {}]);
  await run.signal("SIGTERM");
  assertEquals(await run.code, 0);
  assertEquals(run.calls, ["1 open false", "2 open false", "1 drain 5000", "2 drain 5000"]);
  const [start, , signal] = run.lines;
  assertEquals([start?.event, start?.listeners, typeof start?.version], [
    "starting",
    "127.0.0.1:1, 127.0.0.1:2",
    "string",
  ]);
  assertEquals([signal?.event, signal?.signal], ["signal", "SIGTERM"]);
});

Deno.test("serve() opens and drains mirrors as it does gateways", async () => {
  const run = new Run(["--mirror=mongodb://u:s3cret@a,b/?replicaSet=rs", "--ports=7"], [{}]);
  await run.signal("SIGTERM");
  assertEquals(await run.code, 0);
  assertEquals(run.calls, ["1 open false", "rs open false", "1 drain 30000", "rs drain 30000"]);
  assertEquals(run.lines[0]?.listeners, "127.0.0.1:1, mirror of a:27017,b:27017");
});

Deno.test("serve() says why a mirror cannot be opened", async () => {
  const failing = { open: () => Promise.reject(new Error("No primary")) };
  const run = new Run(["--mirror=mongodb+srv://c.example.com/?label=shop"], [failing], 0);
  assertEquals(await run.code, 1);
  const line = run.lines.find(({ event }) => event === "startFailed");
  assertEquals([line?.label, line?.message], ["shop", "Cannot serve mirror of c.example.com: No primary"]);
});

Deno.test("serve() hands --ping on", async () => {
  const run = new Run(["--ping"], [{}]);
  await run.signal("SIGINT");
  await run.code;
  assertEquals(run.calls[0], "1 open true");
});

Deno.test("serve() writes the events of gateways with their label", async () => {
  const run = new Run([], [{
    open(emit) {
      emit({ type: "listening", address: "127.0.0.1:5" });
      return Promise.resolve();
    },
  }]);
  await run.signal("SIGINT");
  await run.code;
  const line = run.lines.find(({ event }) => event === "listening");
  assertEquals([line?.label, line?.address], ["127.0.0.1:1", "127.0.0.1:5"]);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`serve() ends with ${code} at once on a second ${signal}`, async () => {
    const run = new Run([], [{ drain: never }]);
    await run.signal("SIGTERM");
    run.second.resolve(signal);
    assertEquals(await run.code, code);
    assertEquals(run.calls, ["1 open false", "1 drain 30000"]);
  });
}

Deno.test("serve() closes all and ends with 1 if one cannot open, and says what to do", async () => {
  const run = new Run([], [{}, {
    open: () => Promise.reject(new Deno.errors.AddrInUse("Address already in use (os error 98)")),
  }]);
  assertEquals(await run.code, 1);
  assertEquals(run.calls, ["1 open false", "2 open false", "1 close", "2 close"]);
  const line = run.lines.find(({ event }) => event === "startFailed");
  assertEquals([line?.level, line?.address], ["error", "127.0.0.1:2"]);
  assertStringIncludes(String(line?.message), "Cannot serve 127.0.0.1:2: Address already in use");
  assertStringIncludes(String(line?.message), "another process has this address");
});

Deno.test("serve() closes all and ends with 0 on a signal while it opens", async () => {
  const run = new Run([], [{ open: never }, {}]);
  run.first.resolve("SIGINT");
  assertEquals(await run.code, 0);
  assertEquals(run.calls.slice(2), ["1 close", "2 close"]);
});

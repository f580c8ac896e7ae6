import { assertEquals } from "@std/assert";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import type { GatewayConfig } from "../../../proxy/gateway_config.ts";
import { DEFAULT_LIMITS, type GatewayLimits } from "../../../proxy/limits.ts";
import { shareOf } from "../../../proxy/workers/worker_share.ts";

function config(options: string, limits: Partial<GatewayLimits> = {}): GatewayConfig {
  return {
    listen: { kind: "tcp", host: "127.0.0.1", port: 1 },
    unlink: false,
    label: "test",
    upstream: parseConnectionString(`mongodb://user:secret@host/?tls=true&tlsCAFile=/ca.pem&${options}`),
    compressors: ["zstd"],
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
}

/** The shares of one number that a configuration has. */
function sharesOf(whole: GatewayConfig, workers: number, pick: (share: GatewayConfig) => number | undefined) {
  return Array.from({ length: workers }, (_, index) => pick(shareOf(whole, index, workers)));
}

const poolSize = ({ upstream }: GatewayConfig) => upstream.options.maxPoolSize;

Deno.test("shareOf() divides maxPoolSize, the rest among the first", () => {
  assertEquals(sharesOf(config("maxPoolSize=32"), 2, poolSize), [16, 16]);
  assertEquals(sharesOf(config("maxPoolSize=11"), 4, poolSize), [3, 3, 3, 2]);
  assertEquals(sharesOf(config(""), 3, poolSize), [34, 33, 33]);
});

Deno.test("shareOf() leaves what has no limit without one", () => {
  assertEquals(sharesOf(config("maxPoolSize=0"), 2, poolSize), [0, 0]);
  assertEquals(sharesOf(config(""), 2, ({ limits }) => limits.maxClientsPerHost), [0, 0]);
});

Deno.test("shareOf() divides minPoolSize, so that some workers may keep none", () => {
  const minPoolSize = ({ upstream }: GatewayConfig) => upstream.options.minPoolSize;
  assertEquals(sharesOf(config("minPoolSize=1"), 2, minPoolSize), [1, 0]);
  assertEquals(sharesOf(config("minPoolSize=7&maxPoolSize=8"), 3, minPoolSize), [3, 2, 2]);
});

Deno.test("shareOf() lets every worker open a connection at a time", () => {
  const maxConnecting = ({ upstream }: GatewayConfig) => upstream.options.maxConnecting;
  assertEquals(sharesOf(config(""), 3, maxConnecting), [1, 1, 1]);
  assertEquals(sharesOf(config("maxConnecting=5"), 3, maxConnecting), [2, 2, 1]);
});

Deno.test("shareOf() divides the limits on what waits and what is remembered, and not those on each", () => {
  const whole = config("", {
    maxWaitingRequests: 3,
    maxCursors: 10,
    maxTransactions: 1,
    maxClients: 5,
    maxClientsPerHost: 9,
    maxBufferedBytes: 7,
  });
  assertEquals(shareOf(whole, 1, 2).limits, {
    ...whole.limits,
    maxClientsPerHost: 4,
    maxWaitingRequests: 1,
    maxCursors: 5,
    maxTransactions: 1,
    maxBufferedBytes: 3,
  });
});

Deno.test("shareOf() leaves everything to one worker", () => {
  const whole = config("maxPoolSize=3");
  assertEquals(shareOf(whole, 0, 1), whole);
});

Deno.test("shareOf() gives what can be handed to another thread", () => {
  const share = shareOf(config("readPreference=nearest&readPreferenceTags=dc:east&maxPoolSize=3"), 0, 2);
  assertEquals(structuredClone(share), share);
  assertEquals(share.upstream.credentials?.password, "secret");
});

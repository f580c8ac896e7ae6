import { assertEquals } from "@std/assert";
import { buildHello } from "../../driver/handshake.ts";

const CLIENT = { driver: { name: "test", version: "1" } };

Deno.test("buildHello asks in the legacy way that every server answers", () => {
  const hello = buildHello({ clientMetadata: CLIENT, compressors: ["zstd", "zlib"] });
  assertEquals(hello, {
    isMaster: 1,
    helloOk: true,
    backpressure: "2",
    client: CLIENT,
    compression: ["zstd", "zlib"],
  });
  assertEquals(Object.keys(hello)[0], "isMaster");
});

Deno.test("buildHello uses hello with a declared server API", () => {
  const serverApi = { version: "1", strict: true, deprecationErrors: false };
  assertEquals(buildHello({ clientMetadata: CLIENT, serverApi }), {
    hello: 1,
    backpressure: "2",
    client: CLIENT,
    compression: [],
    apiVersion: "1",
    apiStrict: true,
    apiDeprecationErrors: false,
  });
});

Deno.test("buildHello uses hello behind a load balancer", () => {
  const hello = buildHello({ clientMetadata: CLIENT, loadBalanced: true });
  assertEquals(Object.keys(hello)[0], "hello");
  assertEquals(hello.loadBalanced, true);
});

Deno.test("buildHello asks for mechanisms only where none is configured", () => {
  const user = { username: "ada", source: "shop" };
  const negotiated = buildHello({
    clientMetadata: CLIENT,
    credentials: { ...user, mechanism: null },
  });
  assertEquals(negotiated.saslSupportedMechs, "shop.ada");
  const configured = buildHello({
    clientMetadata: CLIENT,
    credentials: { ...user, mechanism: "SCRAM-SHA-1" },
    speculativeAuthenticate: { saslStart: 1 },
  });
  assertEquals("saslSupportedMechs" in configured, false);
  assertEquals(configured.speculativeAuthenticate, { saslStart: 1 });
});

import { assert, assertEquals } from "@std/assert";
import type { Document } from "bson";
import { describeFacade, type FacadeSource, sameFacade } from "../../../proxy/hello/facade.ts";
import { PRIMARY_HELLO } from "../support/upstream.ts";

function server(hello: Document = {}, isStandalone = false): FacadeSource {
  return { isStandalone, hello: { ...PRIMARY_HELLO, ...hello } };
}

Deno.test("describeFacade() gives null where there is no server", () => {
  assertEquals(describeFacade([]), null);
});

Deno.test("describeFacade() tells what all servers can do", () => {
  const facade = describeFacade([
    server({
      minWireVersion: 2,
      maxWireVersion: 21,
      maxBsonObjectSize: 5,
      maxMessageSizeBytes: 9,
      maxWriteBatchSize: 7,
    }),
    server({
      minWireVersion: 0,
      maxWireVersion: 17,
      maxBsonObjectSize: 6,
      maxMessageSizeBytes: 8,
      maxWriteBatchSize: 3,
    }),
  ]);
  assertEquals(facade, {
    looksLike: "mongos",
    minWireVersion: 2,
    maxWireVersion: 17,
    maxBsonObjectSize: 5,
    maxMessageSizeBytes: 8,
    maxWriteBatchSize: 3,
    logicalSessionTimeoutMinutes: 30,
  });
});

Deno.test("describeFacade() takes the limits of old servers for what a server does not say", () => {
  const facade = describeFacade([{ isStandalone: true, hello: { ismaster: true } }]);
  assertEquals(facade, {
    looksLike: "standalone",
    minWireVersion: 0,
    maxWireVersion: 0,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: null,
  });
});

Deno.test("describeFacade() tells of sessions only where every server has them, and of the shortest", () => {
  const minutes = (...all: (number | undefined)[]) =>
    describeFacade(all.map((logicalSessionTimeoutMinutes) => server({ logicalSessionTimeoutMinutes })))
      ?.logicalSessionTimeoutMinutes;
  assertEquals([minutes(30, 10), minutes(30, undefined), minutes(undefined)], [10, null, null]);
});

Deno.test("describeFacade() looks like a standalone server only in front of one", () => {
  assertEquals(describeFacade([server({}, true)])?.looksLike, "standalone");
  assertEquals(describeFacade([server()])?.looksLike, "mongos");
});

Deno.test("sameFacade() compares what clients are told", () => {
  const facade = describeFacade([server()])!;
  assert(sameFacade(facade, describeFacade([server(), server()])));
  assert(!sameFacade(facade, { ...facade, maxWireVersion: 1 }));
  assert(!sameFacade(facade, null));
  assert(sameFacade(null, null));
});

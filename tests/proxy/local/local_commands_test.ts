import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { OpReplyFlag } from "../../../codec/op_reply.ts";
import { openLegacy } from "../legacy/legacy_fixture.ts";

Deno.test("serveLocally gives a nonce, and says what to do instead of MONGODB-CR", async () => {
  await using legacy = await openLegacy();
  const { nonce } = await legacy.client.command({ getnonce: 1 });
  assertMatch(nonce, /^[0-9a-f]{16}$/);
  const command = { authenticate: 1, user: "u", nonce, key: "secret" };
  const { flags, documents } = await legacy.client.query("admin.$cmd", command, { numberToReturn: -1 });
  const [{ ok, code, errmsg }] = documents as [{ ok: number; code: number; errmsg: string }];
  assertEquals([flags, ok, code], [OpReplyFlag.awaitCapable, 0, 18]);
  assertStringIncludes(errmsg, "MONGODB-CR");
  assertStringIncludes(errmsg, "connect without user and password");
  assertEquals(errmsg.includes("secret"), false);
  assertEquals(legacy.upstream.commands("authenticate"), []);
});

Deno.test("serveLocally takes other mechanisms of authenticate for no MONGODB-CR", async () => {
  await using legacy = await openLegacy();
  const { errmsg } = await legacy.client.command({ authenticate: 1, mechanism: "MONGODB-X509" });
  assertStringIncludes(errmsg, "takes no credentials");
});

Deno.test("serveLocally answers in OP_REPLY what came as an OP_QUERY", async () => {
  await using legacy = await openLegacy();
  for (const command of [{ ping: 1 }, { logout: 1 }, { isMaster: 1 }, { whatsmyip: 1 }]) {
    const { flags, documents } = await legacy.client.query("admin.$cmd", command, { numberToReturn: -1 });
    assertEquals([flags, documents[0]?.ok], [OpReplyFlag.awaitCapable, 1]);
  }
});

import { assertEquals } from "@std/assert";
import type { HostAddress } from "../../../driver/address.ts";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";
import { memberUpstream } from "../../../proxy/mirror/member_upstream.ts";
import { MirrorMember } from "../../../proxy/mirror/mirror_member.ts";
import { SetView } from "../../../proxy/mirror/set_view.ts";
import { EventLog } from "../support/event_log.ts";
import { testTransport } from "../support/test_transport.ts";
import { Upstream } from "../support/upstream.ts";
import { within } from "../support/within.ts";

Deno.test("MirrorMember tries again to listen where somebody else does, until it can", async () => {
  await using server = new Upstream();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { member, log, listening, config } = memberAt(taken.addr.port, server);
  await member.join(config);
  assertEquals([member.isListening, member.isAway], [false, false]);
  await log.event("memberFailed");
  taken.close();
  await within("a listener", listening);
  assertEquals([member.isListening, log.told("memberAdded").length], [true, 1]);
  await member.close();
});

Deno.test("MirrorMember that leaves does not try any more", async () => {
  await using server = new Upstream();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { member, config } = memberAt(taken.addr.port, server);
  await member.join(config);
  member.leave();
  assertEquals(member.isAway, true);
});

Deno.test("MirrorMember keeps a port that the system chose", async () => {
  await using server = new Upstream();
  const { member, config } = memberAt(0, server);
  await member.join(config);
  const { told } = member;
  member.leave();
  await member.join(config);
  assertEquals(member.told, told);
  await member.close();
});

Deno.test("MirrorMember that is closed while it opens listens to nobody", async () => {
  await using server = new Upstream();
  const { member, log, config } = memberAt(0, server);
  const joining = member.join(config);
  await member.close();
  await joining;
  assertEquals([member.isListening, log.told("memberAdded")], [false, []]);
});

function memberAt(port: number, server: Upstream) {
  const log = new EventLog();
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  const address: HostAddress = { kind: "tcp", host: "127.0.0.1", port };
  const member = new MirrorMember(address, {
    name: server.host,
    port: 0,
    transport: testTransport,
    view: new SetView(() => {}),
    advertised: (listened) => listened,
    emit: (event) => log.take(event),
    onListening: resolve,
    retryMS: 5,
  });
  const upstream = memberUpstream(parseConnectionString(server.uri), server.host, { setName: null, isArbiter: false });
  const config = { unlink: false, label: "test", upstream, compressors: [], limits: DEFAULT_LIMITS };
  return { member, log, listening, config };
}

import { assertEquals } from "@std/assert";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import { discoveryUpstream, memberUpstream } from "../../../proxy/mirror/member_upstream.ts";

const SEEDS = parseConnectionString("mongodb://ada:secret@a,b:27018/?maxPoolSize=8&minPoolSize=2&appName=shop");

Deno.test("memberUpstream() is one member, reached directly, with the seeds' options", () => {
  const { hosts, options, credentials } = memberUpstream(SEEDS, "c:27019", { setName: "rs", isArbiter: false });
  assertEquals(hosts, [{ kind: "tcp", host: "c", port: 27019 }]);
  assertEquals(options, {
    maxPoolSize: 8,
    minPoolSize: 2,
    appName: "shop",
    replicaSet: "rs",
    directConnection: true,
    serverSelectionTimeoutMS: 2000,
  });
  assertEquals(credentials, SEEDS.credentials);
});

Deno.test("memberUpstream() does not log in to an arbiter, which has no users", () => {
  const { options, credentials } = memberUpstream(SEEDS, "c:27019", { setName: null, isArbiter: true });
  assertEquals(credentials, null);
  assertEquals(options, {
    maxPoolSize: 8,
    minPoolSize: 0,
    appName: "shop",
    directConnection: true,
    serverSelectionTimeoutMS: 2000,
  });
});

Deno.test("discoveryUpstream() asks the seeds and those who are named, each once", () => {
  const { hosts } = discoveryUpstream(SEEDS, ["b:27018", "c:27019"]);
  assertEquals(hosts, [...SEEDS.hosts, { kind: "tcp", host: "c", port: 27019 }]);
});

Deno.test("discoveryUpstream() keeps no connections besides those that watch", () => {
  const { options } = discoveryUpstream(SEEDS, []);
  assertEquals(options.minPoolSize, 0);
});

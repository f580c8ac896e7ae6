import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { formatHostAddress } from "../../driver/address.ts";
import { resolveConnectionString } from "../../driver/connection_string.ts";
import { MongoParseError } from "../../driver/error.ts";
import { pollSrv, type SrvResolver } from "../../driver/srv.ts";

/** Answers every name alike: hosts as `host:port`, and TXT records. */
function answering(
  hosts: readonly string[],
  txt: readonly (readonly string[])[] = [],
): SrvResolver & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    resolveSrv(name) {
      asked.push(name);
      return Promise.resolve(hosts.map((host) => {
        const [target = "", port] = host.split(":");
        return { target, port: Number(port) };
      }));
    },
    resolveTxt(name) {
      asked.push(name);
      return Promise.resolve(txt);
    },
  };
}

const failing: SrvResolver = {
  resolveSrv: () => Promise.reject(new Error("Server failure")),
  resolveTxt: () => Promise.resolve([]),
};

async function seedsOf(uri: string, resolver: SrvResolver, random = () => 0): Promise<string[]> {
  return (await resolveConnectionString(uri, resolver, { random })).hosts.map(formatHostAddress);
}

Deno.test("resolveConnectionString asks for the service and the name", async () => {
  const resolver = answering(["A.Example.com.:27018", "b.example.com:27017"]);
  assertEquals(await seedsOf("mongodb+srv://Cluster.Example.com/?srvServiceName=other", resolver), [
    "a.example.com:27018",
    "b.example.com:27017",
  ]);
  assertEquals(resolver.asked.toSorted(), ["_other._tcp.cluster.example.com", "cluster.example.com"]);
});

Deno.test("resolveConnectionString parses a plain URI without DNS", async () => {
  const resolver = answering([]);
  assertEquals(await seedsOf("mongodb://a", resolver), ["a:27017"]);
  assertEquals(resolver.asked, []);
});

Deno.test("resolveConnectionString takes names of fewer than three labels", async () => {
  assertEquals(await seedsOf("mongodb+srv://localhost", answering(["a.localhost:1"])), ["a.localhost:1"]);
  assertEquals(await seedsOf("mongodb+srv://mongo.local", answering(["a.mongo.local.:1"])), ["a.mongo.local:1"]);
});

Deno.test("resolveConnectionString refuses hosts outside the name's domain", async () => {
  const cases = [
    ["localhost", "localhost.mongodb"],
    ["mongo.local", "test_1.evil.local"],
    ["blogs.mongodb.com", "blogs.evil.com"],
    ["localhost", "localhost"],
    ["mongo.local", "mongo.local"],
    ["localhost", "test_1.cluster_1localhost"],
    ["mongo.local", "test_1.my_hostmongo.local"],
    ["blogs.mongodb.com", "cluster.testmongodb.com"],
    ["blogs.mongodb.com", "mongodb.com"],
  ];
  for (const [name, host] of cases) {
    await assertRejects(
      () => seedsOf(`mongodb+srv://${name}`, answering([`${host}:1`])),
      MongoParseError,
      `SRV record of ${name} names ${host}, expected a host below`,
    );
  }
});

Deno.test("resolveConnectionString says why there are no hosts", async () => {
  await assertRejects(
    () => seedsOf("mongodb+srv://a.b.c", answering([])),
    MongoParseError,
    "No SRV record _mongodb._tcp.a.b.c, expected at least one",
  );
  await assertRejects(
    () => seedsOf("mongodb+srv://a.b.c", failing),
    MongoParseError,
    "Could not look up the SRV record _mongodb._tcp.a.b.c: Server failure",
  );
});

Deno.test("resolveConnectionString takes srvMaxHosts of the hosts at random", async () => {
  const resolver = answering(["a.b.c:1", "d.b.c:1", "e.b.c:1"]);
  // Fisher-Yates with these numbers: e swaps with a, then d with itself.
  const numbers = [0, 0.9];
  assertEquals(await seedsOf("mongodb+srv://x.b.c/?srvMaxHosts=2", resolver, () => numbers.shift()!), [
    "e.b.c:1",
    "d.b.c:1",
  ]);
  assertEquals((await seedsOf("mongodb+srv://x.b.c/?srvMaxHosts=3", resolver)).length, 3);
});

Deno.test("resolveConnectionString takes the TXT record's options where the URI has none", async () => {
  const resolver = answering(["a.b.c:1"], [["authSource=from&", "replicaSet=rs"]]);
  const { options, credentials } = await resolveConnectionString("mongodb+srv://u:p@x.b.c/?AUTHSOURCE=own", resolver);
  assertEquals(options, { tls: true, authSource: "own", replicaSet: "rs" });
  assertEquals(credentials?.source, "own");
});

Deno.test("resolveConnectionString refuses other options and more than one TXT record", async () => {
  for (const txt of [[["tls=false"]], [["authSource=a"], ["replicaSet=b"]], [["authSource"]], [["authSource="]]]) {
    await assertRejects(() => seedsOf("mongodb+srv://x.b.c", answering(["a.b.c:1"], txt)), MongoParseError);
  }
});

Deno.test("pollSrv gives the hosts of the domain and tells of others", async () => {
  const problems: string[] = [];
  const resolver = answering(["a.b.c:1", "a.evil.c:1"]);
  const hosts = await pollSrv({ srvHost: "x.b.c" }, { resolver, onProblem: (problem) => problems.push(problem) });
  assertEquals(hosts.map(formatHostAddress), ["a.b.c:1"]);
  assertEquals(problems, ["SRV record of x.b.c names a.evil.c outside its domain"]);
});

Deno.test("pollSrv gives nothing and says why when DNS has no usable host", async () => {
  for (const resolver of [answering([]), answering(["a.evil.c:1"]), failing]) {
    const problems: string[] = [];
    const onProblem = (problem: string) => problems.push(problem);
    assertEquals(await pollSrv({ srvHost: "x.b.c" }, { resolver, onProblem }), []);
    assertNotEquals(problems, []);
  }
});

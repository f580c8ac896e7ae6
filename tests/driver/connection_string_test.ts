import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { parseConnectionString } from "../../driver/connection_string.ts";
import { MongoParseError } from "../../driver/error.ts";

function messageOf(uri: string): string {
  return assertThrows(() => parseConnectionString(uri), MongoParseError, undefined, uri).message;
}

Deno.test("parseConnectionString takes every part of a connection string", () => {
  assertEquals(
    parseConnectionString(
      "mongodb://us%65r:p%40ss@A:1,[::1],%2Ftmp%2Fm.sock/my%3Fdb?replicaSet=rs&maxPoolSize=5&label=Main%20one",
    ),
    {
      scheme: "mongodb",
      hosts: [
        { kind: "tcp", host: "a", port: 1 },
        { kind: "tcp", host: "::1", port: 27017 },
        { kind: "unix", path: "/tmp/m.sock" },
      ],
      srvHost: null,
      credentials: { username: "user", password: "p@ss", source: "my?db", mechanism: null, mechanismProperties: {} },
      defaultDatabase: "my?db",
      options: { replicaSet: "rs", maxPoolSize: 5 },
      warnings: ['Unsupported option "label" was ignored'],
      unknownOptions: { label: "Main one" },
    },
  );
});

Deno.test("parseConnectionString leaves a mongodb+srv URI without hosts and turns TLS on", () => {
  const { hosts, srvHost, options } = parseConnectionString("mongodb+srv://Cluster.Example.com./?srvMaxHosts=2");
  assertEquals(hosts, []);
  assertEquals(srvHost, "cluster.example.com");
  assertEquals(options, { tls: true, srvMaxHosts: 2 });
  assertEquals(parseConnectionString("mongodb+srv://c.example.com/?ssl=false").options.tls, false);
});

Deno.test("parseConnectionString takes options without a slash before them, empty ones and a plus sign", () => {
  assertEquals(parseConnectionString("mongodb://a?appName=x+y&&w=majority&").options, {
    appName: "x+y",
    w: "majority",
  });
});

Deno.test("parseConnectionString says what is wrong and what would be right", () => {
  assertEquals(
    messageOf("http://a"),
    'Invalid scheme of a connection string, expected it to start with "mongodb://" or "mongodb+srv://"',
  );
  assertEquals(messageOf("mongodb://a/?w"), "Option 1 is incomplete, expected option=value");
  assertEquals(messageOf("mongodb://a/d%24b"), 'Character "$" is not allowed in a database name');
  assertEquals(messageOf("mongodb://%2Ftmp%2Fmongod"), 'Invalid path of a unix socket, expected it to end in ".sock"');
  assertStringIncludes(messageOf("mongodb:///tmp/m.sock"), "must be percent-encoded");
  assertStringIncludes(messageOf("mongodb+srv://a.b.c:27017"), "with a port");
  assertEquals(
    messageOf("mongodb://a,b/?directConnection=true"),
    "directConnection=true with 2 hosts, expected one",
  );
});

Deno.test("parseConnectionString shows no part of a password", () => {
  const uris = [
    "mongodb://alice:hunter2:x@a",
    "mongodb://alice:hunter2@b@a",
    "mongodb://alice:hunter2/x@a",
    "mongodb://alice:hunter2?x@a",
    "mongodb://alice:hunter2%@a",
    "mongodb://alice:hunter2",
    "mongodb://alice:hunter2#@a:0",
    "mongodb://alice:hunter2@a/?authMechanism=MONGODB-X509",
    "mongodb://alice:1/hunter2@a",
    "mongodb://alice:1?hunter2@a",
    "mongodb://alice:1?hunter2@a=b",
    "mongodb://a/?proxyUsername=u&proxyPassword=hunter2",
    "mongodb://a/?authMechanism=GSSAPI&authMechanismProperties=hunter2",
  ];
  for (const uri of uris) assertFalse(messageOf(uri).includes("hunter2"), uri);
  const { warnings } = parseConnectionString("mongodb://a/?authMechanismProperties=hunter2&hunter2%20=1");
  assertEquals(warnings.length, 2);
  assertFalse(warnings.join().includes("hunter2"));
});

Deno.test("parseConnectionString takes the user as authentication, the database and authSource alone not", () => {
  assertEquals(parseConnectionString("mongodb://a/db?authSource=x").credentials, null);
  assertEquals(parseConnectionString("mongodb://u:p@a/db?authSource=x").credentials?.source, "x");
  assertEquals(parseConnectionString("mongodb://u:p@a/db").credentials?.source, "db");
  assertEquals(parseConnectionString("mongodb://u:p@a").credentials?.source, "admin");
  assertEquals(parseConnectionString("mongodb://u:@a").credentials?.password, "");
  assertEquals(parseConnectionString("mongodb://u@a").credentials?.password, null);
  assertStringIncludes(messageOf("mongodb://@a"), "Missing user name");
});

Deno.test("parseConnectionString refuses options that contradict one another", () => {
  const queries = [
    "directConnection=true&loadBalanced=true",
    "loadBalanced=true&replicaSet=rs",
    "tls=true&ssl=false",
    "tlsInsecure=true&tlsAllowInvalidHostnames=true",
    "srvMaxHosts=1",
    "srvServiceName=x",
    "proxyPort=1",
    "proxyHost=a&proxyHost=b",
    "w=0&journal=true",
    "readPreferenceTags=dc:ny",
    "readPreference=primary&maxStalenessSeconds=90",
    "minPoolSize=2&maxPoolSize=1",
    "authSource=",
    `appName=${"x".repeat(129)}`,
  ];
  for (const query of queries) messageOf(`mongodb://a/?${query}`);
  for (const name of ["a--b", "-a", "123", "a".repeat(63), "a_b"]) {
    messageOf(`mongodb+srv://a.b.c/?srvServiceName=${name}`);
  }
  assert(parseConnectionString(`mongodb+srv://a.b.c/?srvServiceName=${"a".repeat(62)}`));
});

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { ObjectId } from "bson";
import type { AuthConversation } from "../../driver/auth/authenticate.ts";
import type { MongoCredentials } from "../../driver/auth/credentials.ts";
import { connect, type ConnectOptions } from "../../driver/connect.ts";
import {
  MongoAuthError,
  MongoCompatibilityError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
} from "../../driver/error.ts";
import { DenoTransport } from "../../driver/transport/deno_transport.ts";
import { HELLO_REPLY, isHello, type Script, ScriptedServer } from "./scripted_server.ts";

const OPTIONS: ConnectOptions = { clientMetadata: { driver: { name: "test", version: "1" } } };

const CREDENTIALS: MongoCredentials = {
  username: "ada",
  password: "secret",
  source: "admin",
  mechanism: null,
  mechanismProperties: {},
};

async function rejectionOf(script: Script, options: Partial<ConnectOptions> = {}) {
  await using server = new ScriptedServer(script);
  const error = await assertRejects(() => connect(server.address, { ...OPTIONS, ...options }));
  await server.emptied();
  return error;
}

Deno.test("connect keeps what the handshake negotiated", async () => {
  await using server = new ScriptedServer(() => ({ ...HELLO_REPLY, compression: ["zlib", "zstd"] }));
  const connection = await connect(server.address, {
    ...OPTIONS,
    id: 7,
    generation: 3,
    compressors: ["snappy", "zstd", "zlib"],
  });
  assertEquals(connection.id, 7);
  assertEquals(connection.generation, 3);
  assertEquals(connection.compressor, "zstd");
  assertEquals(connection.hello?.maxWireVersion, 21);
  assertEquals(server.commands.length, 1);
  connection.close();
});

Deno.test("connect has no compressor where the server shares none", async () => {
  await using server = new ScriptedServer(() => HELLO_REPLY);
  const connection = await connect(server.address, { ...OPTIONS, compressors: ["snappy"] });
  assertEquals(connection.compressor, null);
  connection.close();
});

Deno.test("connect refuses a server that is too old or too new", async () => {
  const tooOld = await rejectionOf(() => ({ ...HELLO_REPLY, maxWireVersion: 7 }));
  assertInstanceOf(tooOld, MongoCompatibilityError);
  assert(tooOld.message.includes("reports wire version 7"));
  const tooNew = await rejectionOf(() => ({
    ...HELLO_REPLY,
    minWireVersion: 1000,
    maxWireVersion: 1001,
  }));
  assertInstanceOf(tooNew, MongoCompatibilityError);
});

Deno.test("connect accepts the oldest supported server", async () => {
  await using server = new ScriptedServer(() => ({ ...HELLO_REPLY, maxWireVersion: 8 }));
  const connection = await connect(server.address, OPTIONS);
  assertEquals(connection.hello?.maxWireVersion, 8);
  connection.close();
});

Deno.test("connect keeps the service behind a load balancer", async () => {
  const serviceId = new ObjectId();
  const services: (string | null)[] = [];
  await using server = new ScriptedServer(() => ({ ...HELLO_REPLY, serviceId }));
  const connection = await connect(server.address, {
    ...OPTIONS,
    loadBalanced: true,
    onHandshake: (id) => services.push(id),
  });
  assertEquals(connection.serviceId, serviceId.toHexString());
  assertEquals(services, [serviceId.toHexString()]);
  connection.close();
});

Deno.test("connect refuses a server that is no load balancer where one is expected", async () => {
  const error = await rejectionOf(() => HELLO_REPLY, { loadBalanced: true });
  assertInstanceOf(error, MongoCompatibilityError);
  assert(error.message.includes("load balancing mode"));
});

Deno.test("connect labels a refused connection as a sign of overload", async () => {
  const server = new ScriptedServer(() => HELLO_REPLY);
  const { address } = server;
  await server[Symbol.asyncDispose]();
  const error = await assertRejects(() => connect(address, OPTIONS), MongoNetworkError);
  assertEquals(error.errorLabels, ["SystemOverloadedError", "RetryableError"]);
});

Deno.test("connect labels a connection that is lost during hello as a sign of overload", async () => {
  const error = await rejectionOf(() => "close");
  assertInstanceOf(error, MongoNetworkError);
  assert(error.hasErrorLabel("SystemOverloadedError") && error.hasErrorLabel("RetryableError"));
});

Deno.test("connect does not label what load has no part in", async () => {
  const causes = [
    new Error("failed to lookup address information: Name or service not known"),
    new Deno.errors.InvalidData("invalid peer certificate: UnknownIssuer"),
  ];
  for (const cause of causes) {
    const failure = new MongoNetworkError("Cannot connect", { cause });
    const transport = new DenoTransport(null);
    transport.dial = () => Promise.reject(failure);
    const address = { kind: "tcp", host: "localhost", port: 27017 } as const;
    const error = await assertRejects(
      () => connect(address, { ...OPTIONS, transport }),
      MongoNetworkError,
    );
    assertEquals(error.errorLabels, []);
  }
});

Deno.test("connect does not label a server's own error", async () => {
  const error = await rejectionOf(() => ({ ok: 0, code: 91, errmsg: "Shutting down" }));
  assertInstanceOf(error, MongoServerError);
  assertEquals(error.code, 91);
  assertEquals(error.errorLabels, []);
});

Deno.test("connect gives up after connectTimeoutMS and closes the socket", async () => {
  const error = await rejectionOf(() => "silence", { connectTimeoutMS: 20 });
  assertInstanceOf(error, MongoNetworkTimeoutError);
  assert(error.hasErrorLabel("SystemOverloadedError"));
});

Deno.test("connect gives up when its signal is aborted and closes the socket", async () => {
  const abort = new AbortController();
  await using server = new ScriptedServer(() => {
    abort.abort();
    return "silence";
  });
  const error = await assertRejects(
    () => connect(server.address, OPTIONS, abort.signal),
    MongoNetworkError,
  );
  assert(error.message.includes("given up"));
  await server.emptied();
});

Deno.test("connect authenticates, and speculates in hello", async () => {
  await using server = new ScriptedServer((command) =>
    isHello(command)
      ? { ...HELLO_REPLY, saslSupportedMechs: ["SCRAM-SHA-256"], speculativeAuthenticate: { step: 1 } }
      : { ok: 1, step: 2 }
  );
  const seen: unknown[] = [];
  const conversation: AuthConversation = {
    speculativeAuthenticate: () => ({ saslStart: 1, db: "admin" }),
    async finish(run, hello) {
      seen.push(hello.speculativeAuthenticate, hello.saslSupportedMechs);
      seen.push((await run("admin", { saslContinue: 1 })).step);
    },
  };
  const connection = await connect(server.address, {
    ...OPTIONS,
    credentials: CREDENTIALS,
    startAuth: () => conversation,
  });
  assertEquals(seen, [{ step: 1 }, ["SCRAM-SHA-256"], 2]);
  assertEquals(server.commands[0]!.saslSupportedMechs, "admin.ada");
  assertEquals(server.commands[0]!.speculativeAuthenticate, { saslStart: 1, db: "admin" });
  assertEquals(server.commands[1], { saslContinue: 1, $db: "admin" });
  connection.close();
});

Deno.test("connect closes the socket when authentication fails", async () => {
  const steps: string[] = [];
  const error = await rejectionOf(() => HELLO_REPLY, {
    credentials: CREDENTIALS,
    onHandshake: () => steps.push("handshake"),
    startAuth: () => ({
      speculativeAuthenticate: () => null,
      finish: () => {
        steps.push("authentication");
        return Promise.reject(new MongoAuthError("Authentication failed", { code: 18 }));
      },
    }),
  });
  assertInstanceOf(error, MongoAuthError);
  assertEquals(steps, ["handshake", "authentication"]);
});

Deno.test("connect does not label a connection that is lost during authentication", async () => {
  const error = await rejectionOf((command) => isHello(command) ? HELLO_REPLY : "close", {
    credentials: CREDENTIALS,
    startAuth: () => ({
      speculativeAuthenticate: () => null,
      finish: async (run) => {
        await run("admin", { saslStart: 1 });
      },
    }),
  });
  assertInstanceOf(error, MongoNetworkError);
  assertEquals(error.errorLabels, []);
});

import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { Binary, type Document } from "bson";
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { startAuth } from "../../../driver/auth/authenticate.ts";
import type { MongoCredentials } from "../../../driver/auth/credentials.ts";
import { MongoAuthError, MongoNetworkError, MongoServerError } from "../../../driver/error.ts";

const USER: MongoCredentials = {
  username: "user",
  password: "pencil",
  source: "admin",
  mechanism: null,
  mechanismProperties: {},
};

const text = (document: Document): string => new TextDecoder().decode((document.payload as Binary).value());
const payload = (value: string): Binary => new Binary(new TextEncoder().encode(value));

/** The server's side of SCRAM, written apart from the client's, for one user with one password. */
class ScramServer {
  readonly commands: string[] = [];
  /** Whether it ends with the proof, as servers that know `skipEmptyExchange` do. */
  readonly #skipsEmpty: boolean;
  #hash = "";
  #authMessage = "";

  constructor({ skipsEmpty = true } = {}) {
    this.#skipsEmpty = skipsEmpty;
  }

  readonly run = (database: string, command: Document): Promise<Document> => {
    const [name = ""] = Object.keys(command);
    this.commands.push(`${database} ${name}${command.mechanism ? ` ${command.mechanism}` : ""}`);
    return Promise.resolve(name === "saslStart" ? this.start(command) : this.#continue(command));
  };

  start(command: Document): Document {
    assertEquals(command.options, { skipEmptyExchange: true });
    this.#hash = command.mechanism === "SCRAM-SHA-1" ? "sha1" : "sha256";
    const bare = text(command).slice("n,,".length);
    const first = `r=${/r=(.*)/.exec(bare)![1]}server,s=${btoa("salt")},i=4096`;
    this.#authMessage = `${bare},${first}`;
    return { conversationId: 7, payload: payload(first), done: false, ok: 1 };
  }

  #continue(command: Document): Document {
    assertEquals(command.conversationId, 7);
    if (text(command) === "") return { conversationId: 7, payload: payload(""), done: true, ok: 1 };
    const [withoutProof = "", proof = ""] = text(command).split(",p=");
    const hmac = (key: Uint8Array, message: string) => createHmac(this.#hash, key).update(message).digest();
    const digest = createHash("md5").update("user:mongo:pencil").digest("hex");
    const password = this.#hash === "sha1" ? digest : "pencil";
    const salted = pbkdf2Sync(password, "salt", 4096, this.#hash === "sha1" ? 20 : 32, this.#hash);
    const message = `${this.#authMessage},${withoutProof}`;
    const clientKey = hmac(salted, "Client Key");
    const signature = hmac(createHash(this.#hash).update(clientKey).digest(), message);
    const expected = clientKey.map((byte, index) => byte ^ signature[index]!);
    if (btoa(String.fromCharCode(...expected)) !== proof) {
      throw new MongoServerError({
        ok: 0,
        errmsg: "Authentication failed.",
        code: 18,
        codeName: "AuthenticationFailed",
      });
    }
    const server = hmac(hmac(salted, "Server Key"), message).toString("base64");
    return { conversationId: 7, payload: payload(`v=${server}`), done: this.#skipsEmpty, ok: 1 };
  }
}

Deno.test("startAuth goes on from the speculative first command", async () => {
  const auth = startAuth(USER);
  const { db, ...first } = auth.speculativeAuthenticate()!;
  assertEquals(db, "admin");
  const server = new ScramServer();
  await auth.finish(server.run, {
    saslSupportedMechs: ["SCRAM-SHA-1", "SCRAM-SHA-256"],
    speculativeAuthenticate: server.start(first),
  });
  assertEquals(server.commands, ["admin saslContinue"]);
});

Deno.test("startAuth begins anew where hello brought no reply", async () => {
  const server = new ScramServer();
  await startAuth({ ...USER, source: "db" }).finish(server.run, { saslSupportedMechs: ["SCRAM-SHA-256"] });
  assertEquals(server.commands, ["db saslStart SCRAM-SHA-256", "db saslContinue"]);
});

Deno.test("startAuth falls back to SCRAM-SHA-1 where the server names nothing better", async () => {
  for (const hello of [{}, { saslSupportedMechs: ["SCRAM-SHA-1"] }, { saslSupportedMechs: ["PLAIN", "NEW"] }]) {
    const server = new ScramServer();
    await startAuth(USER).finish(server.run, hello);
    assertEquals(server.commands, ["admin saslStart SCRAM-SHA-1", "admin saslContinue"]);
  }
});

Deno.test("startAuth keeps to the mechanism that is asked for", async () => {
  const server = new ScramServer();
  const auth = startAuth({ ...USER, mechanism: "SCRAM-SHA-1" });
  assertEquals(auth.speculativeAuthenticate()?.mechanism, "SCRAM-SHA-1");
  await auth.finish(server.run, { saslSupportedMechs: ["SCRAM-SHA-256"] });
  assertEquals(server.commands[0], "admin saslStart SCRAM-SHA-1");
});

Deno.test("startAuth sends an empty round to servers that want one", async () => {
  const server = new ScramServer({ skipsEmpty: false });
  await startAuth({ ...USER, mechanism: "SCRAM-SHA-256" }).finish(server.run, {});
  assertEquals(server.commands.length, 3);
});

Deno.test("startAuth gives the server's code and keeps the password to itself", async () => {
  const server = new ScramServer();
  const auth = startAuth({ ...USER, password: "hunter2" });
  const error = await assertRejects(() => auth.finish(server.run, {}), MongoAuthError);
  assertEquals(error.code, 18);
  assertInstanceOf(error.cause, MongoServerError);
  assertEquals(
    error.message,
    'Authentication of "user" on "admin" with SCRAM-SHA-1 failed: Authentication failed.',
  );
});

Deno.test("startAuth lets network errors through", async () => {
  const lost = new MongoNetworkError("Connection was lost");
  const error = await assertRejects(() => startAuth(USER).finish(() => Promise.reject(lost), {}));
  assertEquals(error, lost);
});

Deno.test("startAuth refuses a server that claims success without a proof", async () => {
  const run = () => Promise.resolve({ done: true, payload: payload(""), ok: 1 });
  await assertRejects(() => startAuth(USER).finish(run, {}), MongoAuthError, "before either side proved anything");
});

Deno.test("startAuth refuses a server that never ends", async () => {
  const server = new ScramServer({ skipsEmpty: false });
  const run = async (database: string, command: Document) => ({
    ...await server.run(database, command),
    done: false,
  });
  await assertRejects(() => startAuth(USER).finish(run, {}), MongoAuthError, "goes on after SCRAM");
  assertEquals(server.commands.length, 3);
});

Deno.test("startAuth leaves an arbiter alone", async () => {
  const server = new ScramServer();
  await startAuth(USER).finish(server.run, { arbiterOnly: true });
  assertEquals(server.commands, []);
});

Deno.test("startAuth sends PLAIN in one command", async () => {
  const auth = startAuth({ ...USER, mechanism: "PLAIN", source: "$external" });
  assertEquals(auth.speculativeAuthenticate(), null);
  const sent: unknown[] = [];
  await auth.finish((database, command) => {
    sent.push(database, command.mechanism, text(command));
    return Promise.resolve({ conversationId: 1, payload: payload(""), done: true, ok: 1 });
  }, {});
  assertEquals(sent, ["$external", "PLAIN", "\0user\0pencil"]);
});

Deno.test("startAuth sends MONGODB-X509 with and without a name, and not twice", async () => {
  const x509 = { ...USER, username: "", password: null, source: "$external", mechanism: "MONGODB-X509" } as const;
  const first = { authenticate: 1, mechanism: "MONGODB-X509" };
  assertEquals(startAuth(x509).speculativeAuthenticate(), { ...first, db: "$external" });
  const sent: Document[] = [];
  const run = (_database: string, command: Document) => {
    sent.push(command);
    return Promise.resolve({ ok: 1 });
  };
  await startAuth(x509).finish(run, { speculativeAuthenticate: { user: "CN=x" } });
  assertEquals(sent, []);
  await startAuth({ ...x509, username: "CN=x" }).finish(run, {});
  assertEquals(sent, [{ ...first, user: "CN=x" }]);
});

Deno.test("startAuth refuses mechanisms it does not speak and a missing password", () => {
  for (const mechanism of ["GSSAPI", "MONGODB-AWS", "MONGODB-OIDC"] as const) {
    assertThrows(() => startAuth({ ...USER, mechanism }), MongoAuthError, `${mechanism} is not supported`);
  }
  for (const mechanism of [null, "SCRAM-SHA-1", "PLAIN"] as const) {
    assertThrows(() => startAuth({ ...USER, password: null, mechanism }), MongoAuthError, "Missing password");
  }
});

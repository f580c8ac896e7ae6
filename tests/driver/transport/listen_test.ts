import { assert, assertEquals, assertInstanceOf, assertNotEquals, assertThrows } from "@std/assert";
import { formatHostAddress, type HostAddress } from "../../../driver/address.ts";
import { MongoNetworkError } from "../../../driver/error.ts";
import type { Stream, Transport } from "../../../driver/transport/transport.ts";
import { importMapArgs } from "../../../tools/import_map.ts";
import { fromFileUrl } from "../../support/spec_files.ts";
import { TextLineStream } from "../../support/text_line_stream.ts";
import { Recorder } from "./recorder.ts";
import { eachTransport } from "./transports.ts";

const LOCAL: HostAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };

/** A listener that closes what it accepts after a word, so that a client learns which listener it reached. */
function greeter(transport: Transport, address: HostAddress, word: string, unlink = false) {
  return transport.listen(address, { unlink }, (stream) => {
    stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
    stream.write(new TextEncoder().encode(word));
    stream.end();
  }, (error) => {
    throw error;
  });
}

async function greeting(transport: Transport, address: HostAddress): Promise<string> {
  const stream = await transport.dial(address);
  const recorder = new Recorder();
  stream.start(recorder);
  await recorder.closed();
  return recorder.text;
}

async function withFolder(run: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "torana-listen-" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

for (const host of ["127.0.0.1", "::1"]) {
  eachTransport("listen()", `accepts on ${host} until it is closed`, async (transport) => {
    const accepted: Stream[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const onStream = (stream: Stream) => {
      accepted.push(stream);
      resolve();
    };
    const listener = transport.listen({ kind: "tcp", host, port: 0 }, {}, onStream, () => {});
    const { address } = listener;
    assert(address.kind === "tcp" && address.host === host);
    assertNotEquals(address.port, 0);
    const conn = await Deno.connect({ hostname: host, port: address.port });
    await promise;
    const peer = { kind: "tcp", host, port: (conn.localAddr as Deno.NetAddr).port } as const;
    assertEquals(accepted.map(({ remoteAddress }) => remoteAddress), [formatHostAddress(peer)]);
    listener.close();
    listener.close();
    await transport.dial(address).then(
      (stream) => stream.close(),
      (error) => assertInstanceOf(error, MongoNetworkError),
    );
    for (const stream of accepted) stream.close();
    conn.close();
    assertEquals(accepted.length, 1);
  });
}

eachTransport("listen()", "says that a port is in use", (transport) => {
  const listener = greeter(transport, LOCAL, "");
  const error = assertThrows(() => greeter(transport, listener.address, ""), MongoNetworkError);
  listener.close();
  assertEquals(error.message, `Cannot listen on ${formatHostAddress(listener.address)}: Address already in use`);
  assertInstanceOf(error.cause, Deno.errors.AddrInUse);
});

eachTransport("listen()", "says that this machine has no such address", (transport) => {
  const error = assertThrows(
    () => greeter(transport, { kind: "tcp", host: "192.0.2.1", port: 0 }, ""),
    MongoNetworkError,
  );
  assert(error.message.startsWith("Cannot listen on 192.0.2.1:0: "), error.message);
  assertInstanceOf(error.cause, Deno.errors.AddrNotAvailable);
});

for (const unlink of [false, true]) {
  eachTransport(
    "listen()",
    `serves a unix socket ${unlink ? "with" : "without"} unlink and removes its file`,
    (transport) =>
      withFolder(async (folder) => {
        const address = { kind: "unix", path: `${folder}/socket` } as const;
        const listener = greeter(transport, address, "hello", unlink);
        assertEquals(listener.address, address);
        assertEquals(names(folder), ["socket"]);
        assertEquals(await greeting(transport, address), "hello");
        listener.close();
        assertEquals(names(folder), []);
      }),
  );
}

eachTransport("listen()", "names the clients of a unix socket after it", (transport) =>
  withFolder(async (folder) => {
    const path = `${folder}/socket`;
    const { promise, resolve, reject } = Promise.withResolvers<Stream>();
    const listener = transport.listen({ kind: "unix", path }, {}, resolve, reject);
    const client = await transport.dial({ kind: "unix", path });
    const stream = await promise;
    assertEquals([stream.remoteAddress, client.remoteAddress], [path, path]);
    stream.close();
    client.close();
    listener.close();
  }));

eachTransport(
  "listen()",
  "says that a socket file is in the way, and replaces it with unlink",
  (transport) =>
    withFolder(async (folder) => {
      const address = { kind: "unix", path: `${folder}/socket` } as const;
      leaveStaleSocket(address.path);
      const error = assertThrows(() => greeter(transport, address, ""), MongoNetworkError);
      assert(error.message.startsWith(`Cannot listen on ${address.path}: The file is there already: `), error.message);
      assertInstanceOf(error.cause, Deno.errors.AddrInUse);
      assertEquals(names(folder), ["socket"]);
      const listener = greeter(transport, address, "fresh", true);
      assertEquals(await greeting(transport, address), "fresh");
      listener.close();
      assertEquals(names(folder), []);
    }),
);

eachTransport(
  "listen()",
  "with unlink takes over from a listener, whose end leaves the new one alone",
  (transport) =>
    withFolder(async (folder) => {
      const address = { kind: "unix", path: `${folder}/socket` } as const;
      const old = greeter(transport, address, "old", true);
      assertEquals(await greeting(transport, address), "old");
      const successor = greeter(transport, address, "new", true);
      assertEquals(await greeting(transport, address), "new");
      old.close();
      assertEquals(await greeting(transport, address), "new");
      successor.close();
      assertEquals(names(folder), []);
    }),
);

eachTransport("listen()", "replaces nothing but a socket", (transport) =>
  withFolder((folder) => {
    const path = `${folder}/precious`;
    Deno.writeTextFileSync(path, "data");
    const error = assertThrows(() => greeter(transport, { kind: "unix", path }, "", true), MongoNetworkError);
    assertEquals(error.message, `Cannot listen on ${path}: The file is there already and is no socket`);
    assertEquals(Deno.readTextFileSync(path), "data");
  }));

eachTransport("listen()", "goes on after there were no file descriptors left", async (transport) => {
  const script = fromFileUrl(new URL("./few_descriptors.ts", import.meta.url));
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      `ulimit -n 64 && exec "$@"`,
      "sh",
      Deno.execPath(),
      "run",
      "-A",
      "--no-check",
      ...importMapArgs(),
      script,
      transport.name,
    ],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    [Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  const conns = await Promise.all(
    Array.from({ length: 80 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
  );
  assertEquals((await lines.next()).value, "Too many open files");
  for (const conn of conns) conn.close();
  assertEquals(await greeting(transport, { kind: "tcp", host: "127.0.0.1", port }), "x");
  child.kill("SIGKILL");
  while (!(await lines.next()).done);
  await child.status;
});

/** What a process leaves that was killed: a socket file that nobody listens on. */
function leaveStaleSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path: `${path}.bound` });
  Deno.renameSync(`${path}.bound`, path);
  listener.close();
}

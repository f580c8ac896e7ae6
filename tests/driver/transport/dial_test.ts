import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { parseHostAddress } from "../../../driver/address.ts";
import { MongoNetworkError, MongoNetworkTimeoutError } from "../../../driver/error.ts";
import { dial } from "../../../driver/transport/dial.ts";
import type { Stream, TlsOptions } from "../../../driver/transport/transport.ts";
import { withDeadline } from "../../../driver/transport/with_deadline.ts";
import { Recorder } from "./recorder.ts";
import { eachTransport } from "./transports.ts";

const ADDRESS = { kind: "tcp", host: "127.0.0.1", port: 27_017 } as const;

/** How a server is dialled that does not get as far as TLS. */
const TLS_KINDS: Record<string, TlsOptions> = {
  "Deno.startTls": {},
  "node:tls": { allowInvalidCertificates: true },
};

eachTransport("dial()", "reaches an IPv6 address", async (transport) => {
  using listener = Deno.listen({ hostname: "::1", port: 0 });
  const address = { kind: "tcp", host: "::1", port: listener.addr.port } as const;
  const [stream, conn] = await Promise.all([transport.dial(address), listener.accept()]);
  assertEquals(stream.remoteAddress, `[::1]:${address.port}`);
  stream.close();
  conn.close();
});

eachTransport("dial()", "says which server refused", async (transport) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  for (const tls of [undefined, ...transport.name === "deno" ? Object.values(TLS_KINDS) : []]) {
    const options = tls === undefined ? {} : { tls };
    const error = await assertRejects(() => transport.dial({ ...ADDRESS, port }, options), MongoNetworkError);
    assert(error.message.startsWith(`Cannot connect to 127.0.0.1:${port}: `), error.message);
    assert(/refused/i.test(error.message), error.message);
  }
});

eachTransport("dial()", "tries the addresses of a name in turn", async (transport) => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [stream, conn] = await Promise.all([
    transport.dial({ kind: "tcp", host: "localhost", port }),
    listener.accept(),
  ]);
  assertEquals(stream.remoteAddress, `localhost:${port}`);
  stream.close();
  conn.close();
});

eachTransport("dial()", "gives up when it is aborted, and when its time is up", async (transport) => {
  // Where one connection waits to be accepted, the system answers no second one.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 0 });
  const { port } = listener.addr;
  using _waiting = await Deno.connect({ hostname: "127.0.0.1", port });
  const address = { ...ADDRESS, port };
  const abort = new AbortController();
  const dialling = transport.dial(address, { signal: abort.signal });
  abort.abort(new Error("No longer wanted"));
  await assertRejects(() => dialling, MongoNetworkError, "was given up");
  await assertRejects(() => transport.dial(address, { connectTimeoutMS: 20 }), MongoNetworkTimeoutError);
});

eachTransport("dial()", "says which socket is not there", async (transport) => {
  const error = await assertRejects(() => transport.dial(parseHostAddress("/nowhere/torana.sock")), MongoNetworkError);
  assertEquals(error.message, "Cannot connect to /nowhere/torana.sock: No such file or directory");
});

eachTransport("dial()", "says which host has no address", async (transport) => {
  const error = await assertRejects(() => transport.dial({ ...ADDRESS, host: "nowhere.invalid" }), MongoNetworkError);
  assert(error.message.startsWith("Cannot connect to nowhere.invalid:27017: "), error.message);
});

for (const [kind, tls] of Object.entries(TLS_KINDS)) {
  Deno.test(`dial() by ${kind} gives up a handshake that gets no answer`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const hangUp = Promise.withResolvers<void>();
    const serving = serveInSilence(listener, kind === "node:tls" ? null : hangUp.promise);
    const error = await assertRejects(
      () => dial({ ...ADDRESS, port }, { tls, connectTimeoutMS: 20 }),
      MongoNetworkTimeoutError,
    );
    assertEquals(error.message, `No connection to 127.0.0.1:${port} within 20 ms`);
    hangUp.resolve();
    await serving;
  });

  Deno.test(`dial() by ${kind} is aborted in the middle of a handshake`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const abort = new AbortController();
    const reason = new Error("No longer wanted");
    const hangUp = Promise.withResolvers<void>();
    const onBytes = () => abort.abort(reason);
    const serving = serveInSilence(listener, kind === "node:tls" ? null : hangUp.promise, onBytes);
    const error = await assertRejects(
      () => dial({ ...ADDRESS, port }, { tls, signal: abort.signal }),
      MongoNetworkError,
    );
    assertEquals(error.message, `Connecting to 127.0.0.1:${port} was given up`);
    assertEquals(error.cause, reason);
    hangUp.resolve();
    await serving;
  });

  Deno.test(`dial() by ${kind} says that a server closed the connection`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const closing = listener.accept().then((conn) => conn.close());
    const error = await assertRejects(() => dial({ ...ADDRESS, port }, { tls }), MongoNetworkError);
    assert(error.message.startsWith(`Cannot connect to 127.0.0.1:${port}: `), error.message);
    await closing;
  });
}

Deno.test("withDeadline() does not begin when its signal is aborted already", async () => {
  let isBegun = false;
  const open = () => {
    isBegun = true;
    return new Promise<Stream>(() => {});
  };
  const signal = AbortSignal.abort(new Error("No longer wanted"));
  await assertRejects(() => withDeadline(ADDRESS, { signal }, open), MongoNetworkError, "was given up");
  assertEquals(isBegun, false);
});

Deno.test("withDeadline() closes a stream that arrives too late", async () => {
  await using late = await openStream();
  for (const how of ["deadline", "signal"] as const) {
    const opening = Promise.withResolvers<Stream>();
    const abort = new AbortController();
    let attempt: AbortSignal | undefined;
    const dialling = withDeadline(
      ADDRESS,
      { connectTimeoutMS: how === "deadline" ? 1 : 0, signal: abort.signal },
      (it) => {
        attempt = it;
        return opening.promise;
      },
    );
    if (how === "signal") abort.abort();
    const error = await assertRejects(() => dialling, MongoNetworkError);
    assertEquals(attempt?.reason, error);
    opening.resolve(late.stream);
    await late.recorder.closed();
    assertEquals(late.recorder.closes, [null]);
  }
});

Deno.test("withDeadline() leaves a stream alone that arrived in time", async () => {
  await using early = await openStream();
  const abort = new AbortController();
  const options = { connectTimeoutMS: 10_000, signal: abort.signal };
  assertEquals(await withDeadline(ADDRESS, options, () => Promise.resolve(early.stream)), early.stream);
  abort.abort();
  assertEquals(early.recorder.closes, []);
});

Deno.test("withDeadline() passes on what opening fails with", async () => {
  const failure = new MongoNetworkError("Refused");
  const error = await assertRejects(() =>
    withDeadline(ADDRESS, { connectTimeoutMS: 10_000 }, () => Promise.reject(failure))
  );
  assertInstanceOf(error, MongoNetworkError);
  assertEquals(error, failure);
});

/**
 * Accepts one connection and answers nothing. Resolves when the other side has closed it, or closes it with `hangUp`: what
 * the runtime's own TLS has in the middle of a handshake it closes only when the server does something.
 */
async function serveInSilence(
  listener: Deno.Listener,
  hangUp: Promise<void> | null,
  onBytes: () => void = () => {},
): Promise<void> {
  using conn = await listener.accept();
  const buffer = new Uint8Array(65_536);
  const isOpen = async () => {
    const count = await conn.read(buffer);
    if (count !== null) onBytes();
    return count !== null;
  };
  if (hangUp === null) {
    while (await isOpen());
  } else {
    await isOpen();
    await hangUp;
  }
}

async function openStream() {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [stream, conn] = await Promise.all([dial({ ...ADDRESS, port: listener.addr.port }), listener.accept()]);
  const recorder = new Recorder();
  stream.start(recorder);
  return {
    stream,
    recorder,
    async [Symbol.asyncDispose]() {
      stream.close();
      conn.close();
      await recorder.closed();
    },
  };
}

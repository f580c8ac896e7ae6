import { assert, assertEquals, assertRejects } from "@std/assert";
import { type AddressInfo, createServer } from "node:net";
import { MongoNetworkError } from "../../../../driver/error.ts";
import { Coalescer } from "../../../../driver/transport/coalescer.ts";
import { EpollTransport, epollUnavailable } from "../../../../driver/transport/epoll/epoll_transport.ts";
import type { Stream, StreamEvents } from "../../../../driver/transport/transport.ts";
import { importMapArgs } from "../../../../tools/import_map.ts";
import { restAfterEach } from "../../../support/rest_after_each.ts";
import { fromFileUrl } from "../../../support/spec_files.ts";
import { Peer } from "../peer.ts";
import { Recorder } from "../recorder.ts";

const LOCAL = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
const OBSTACLE = epollUnavailable();

/** Notes how many events the turns had. */
class NotingCoalescer extends Coalescer {
  events = 0;

  override endTurn(events: number): number {
    this.events += events;
    return super.endTurn(events);
  }
}

const coalescer = new NotingCoalescer(0.3);
const transport = new EpollTransport(coalescer);
restAfterEach(transport);

/** Registers a test that needs the backend. */
function epollTest(name: string, run: () => Promise<void> | void): void {
  Deno.test({ name: `EpollTransport ${name}`, ignore: OBSTACLE !== null, fn: run });
}

/** A listener of the transport and the streams that it accepted, which it closes in the end. */
class Server implements Disposable {
  readonly streams: Stream[] = [];
  readonly port: number;
  readonly #listener;
  readonly #arrivals: (() => void)[] = [];

  constructor(onStream: (stream: Stream) => void = () => {}, port = 0, reusePort = false) {
    this.#listener = transport.listen({ ...LOCAL, port }, { reusePort }, (stream) => {
      this.streams.push(stream);
      onStream(stream);
      for (const arrived of this.#arrivals.splice(0)) arrived();
    }, (error) => {
      throw error;
    });
    const { address } = this.#listener;
    this.port = address.kind === "tcp" ? address.port : 0;
  }

  async connect(): Promise<Peer> {
    return new Peer(await Deno.connect({ hostname: "127.0.0.1", port: this.port }));
  }

  async accepted(count: number): Promise<void> {
    while (this.streams.length < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  [Symbol.dispose](): void {
    for (const stream of this.streams) stream.close();
    this.#listener.close();
  }
}

function echo(stream: Stream): void {
  stream.start({ onBytes: (chunk) => stream.write(chunk), onDrain() {}, onClose() {} });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function openDescriptors(): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => name).sort();
}

epollTest("serves many connections at once", async () => {
  using server = new Server(echo);
  const peers = await Promise.all(Array.from({ length: 300 }, () => server.connect()));
  for (let round = 0; round < 3; round++) {
    const words = peers.map((_, index) => encode(`${round}.${index};`));
    await Promise.all(peers.map((peer, index) => peer.write(words[index]!)));
    const answers = await Promise.all(peers.map((peer, index) => peer.read(words[index]!.length)));
    assertEquals(answers, words);
  }
  for (const peer of peers) peer[Symbol.dispose]();
  assertEquals(server.streams.length, 300);
});

epollTest("leaves no descriptor behind", async () => {
  // Whatever the runtime opens once for all.
  await Deno.connect({ hostname: "127.0.0.1", port: 9 }).then((conn) => conn.close(), () => {});
  const before = openDescriptors();
  {
    using server = new Server(echo);
    const dialled = await Promise.all(
      Array.from({ length: 20 }, () => transport.dial({ ...LOCAL, port: server.port })),
    );
    await server.accepted(20);
    assert(openDescriptors().length >= before.length + 40);
    await assertRejects(() => transport.dial({ kind: "tcp", host: "127.0.0.1", port: 9 }), MongoNetworkError);
    for (const stream of dialled) stream.close();
  }
  while (transport.epollFd !== -1) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(openDescriptors(), before);
});

epollTest("writes of one turn to one stream leave in one piece", async () => {
  const chunks: number[] = [];
  using server = new Server((stream) => {
    const onBytes = () => {
      for (let count = 0; count < 100; count++) stream.write(new Uint8Array(100));
    };
    stream.start({ onBytes, onDrain() {}, onClose() {} });
  });
  const stream = await transport.dial({ ...LOCAL, port: server.port });
  const { promise, resolve } = Promise.withResolvers<void>();
  const onBytes = (chunk: Uint8Array) => {
    chunks.push(chunk.length);
    resolve();
  };
  stream.start({ onBytes, onDrain() {}, onClose() {} });
  stream.write(encode("go"));
  await promise;
  stream.close();
  assertEquals(chunks, [10_000]);
});

epollTest("goes on when a callback throws, which is not lost", async () => {
  const rejections: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    rejections.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  const failure = new Error("A callback failed");
  using server = new Server(echo);
  const recorder = new Recorder();
  const thrower: StreamEvents = {
    onBytes() {
      throw failure;
    },
    onDrain() {
      throw failure;
    },
    onClose() {},
  };
  const [bad, good] = await Promise.all([0, 1].map(() => transport.dial({ ...LOCAL, port: server.port })));
  bad!.start(thrower);
  good!.start(recorder);
  bad!.write(encode("x"));
  good!.write(encode("first"));
  await recorder.received(5);
  good!.write(encode("second"));
  await recorder.received(11);
  while (rejections.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(rejections, [failure, failure]);
  bad!.close();
  good!.close();
  globalThis.removeEventListener("unhandledrejection", note);
});

epollTest("tells nothing more to a stream that was closed earlier in the turn", async () => {
  using server = new Server();
  const peers = await Promise.all([server.connect(), server.connect()]);
  await server.accepted(2);
  const recorders = server.streams.map(() => new Recorder());
  for (const [index, recorder] of recorders.entries()) {
    recorder.onEvent = () => server.streams[1 - index]!.close();
    server.streams[index]!.start(recorder);
  }
  await Promise.all(peers.map((peer) => peer.write(encode("x"))));
  await Promise.all(recorders.map((recorder) => recorder.closed()));
  assertEquals(recorders.map(({ length }) => length).sort(), [0, 1]);
  assertEquals(recorders.map(({ closes }) => closes), [[null], [null]]);
  for (const peer of peers) peer[Symbol.dispose]();
});

epollTest("tells of an end while a stream is paused, if nothing came before it", async () => {
  using server = new Server();
  const peers = await Promise.all([server.connect(), server.connect()]);
  await server.accepted(2);
  const recorders = server.streams.map(() => new Recorder());
  for (const [index, recorder] of recorders.entries()) {
    server.streams[index]!.start(recorder);
    server.streams[index]!.pause();
  }
  const ports = peers.map(({ conn }) => `127.0.0.1:${(conn.localAddr as Deno.NetAddr).port}`);
  const talker = server.streams.findIndex(({ remoteAddress }) => remoteAddress === ports[0]);
  await peers[0]!.write(encode("last words"));
  for (const peer of peers) peer[Symbol.dispose]();
  await recorders[1 - talker]!.closed();
  assertEquals([recorders[talker]!.text, recorders[talker]!.closes], ["", []]);
  server.streams[talker]!.resume();
  await recorders[talker]!.closed();
  assertEquals([recorders[talker]!.text, recorders[talker]!.closes], ["last words", [null]]);
});

epollTest("fails a stream whose peer is gone when it writes", async () => {
  using server = new Server();
  const peer = await server.connect();
  await server.accepted(1);
  const [stream] = server.streams;
  const recorder = new Recorder();
  stream!.start(recorder);
  stream!.pause();
  peer[Symbol.dispose]();
  while (recorder.closes.length === 0) {
    stream!.write(new Uint8Array(100_000));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals(recorder.closes.length, 1);
});

epollTest("shares a port where all listeners ask for it", () => {
  using first = new Server(() => {}, 0, true);
  using second = new Server(() => {}, first.port, true);
  assertEquals(first.port, second.port);
});

epollTest("tells the coalescer of the events of its turns", async () => {
  using server = new Server(echo);
  const peer = await server.connect();
  await server.accepted(1);
  const before = coalescer.events;
  // The turn of one is told of before that of the next.
  for (let count = 0; count < 3; count++) {
    await peer.write(encode("x"));
    await peer.read(1);
  }
  assert(coalescer.events >= before + 2);
  peer[Symbol.dispose]();
});

epollTest("fails a paused stream whose peer resets it", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stream = await transport.dial({ ...LOCAL, port: (server.address() as AddressInfo).port });
  const recorder = new Recorder();
  stream.start(recorder);
  stream.pause();
  stream.write(encode("reset me"));
  await recorder.closed();
  assertEquals(recorder.closes.map(String), ["MongoNetworkError: Connection reset by peer"]);
  await new Promise((resolve) => server.close(resolve));
});

epollTest("refuses TLS", async () => {
  const error = await assertRejects(() => transport.dial(LOCAL, { tls: {} }), MongoNetworkError);
  assertEquals(error.message, "Cannot connect to 127.0.0.1:0: TLS is for the deno backend");
});

Deno.test("epollUnavailable() asks for the permission, and importing it needs none", async () => {
  const script = fromFileUrl(new URL("./unavailable_child.ts", import.meta.url));
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", ...importMapArgs(), script],
  }).output();
  const expected = Deno.build.os === "linux" ? "it needs the permission --allow-ffi" : OBSTACLE;
  assertEquals(new TextDecoder().decode(stdout).trim(), expected);
});

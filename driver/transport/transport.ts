import type { HostAddress } from "../address.ts";

/**
 * One byte stream, driven by events. An I/O backend implements it; protocol code above never awaits a message.
 */
export interface Stream {
  /** The peer, as `host:port` or a socket's path. */
  readonly remoteAddress: string;
  /** Bytes accepted by {@linkcode write} and not yet by the operating system. */
  readonly queuedBytes: number;
  /** Starts delivering events; called once. */
  start(events: StreamEvents): void;
  /** Sends `bytes`, which are borrowed for the call only. Ignored after a close. */
  write(bytes: Uint8Array): void;
  /** Stops delivery of bytes; an end or a failure may still be delivered. */
  pause(): void;
  /** Goes on delivering bytes. */
  resume(): void;
  /** Closes once what is queued has been written. */
  end(): void;
  /** Closes now and drops what is queued. `onClose` still follows, once. */
  close(): void;
  /** Lets the stream keep the process alive, as it does until {@linkcode Stream.unref}. */
  ref(): void;
  /** Lets the process end although the stream is open. */
  unref(): void;
}

/** What a {@linkcode Stream} tells its owner. */
export interface StreamEvents {
  /** Bytes arrived; `chunk` is valid during the call only. */
  onBytes(chunk: Uint8Array): void;
  /** Everything queued has been handed to the operating system: `queuedBytes` is 0 again. */
  onDrain(): void;
  /** The stream is closed, by the peer (`null`: a clean end), by us (`null`), or by a failure. Called once, last. */
  onClose(error: Error | null): void;
}

/** TLS settings of one connection, with file contents, not paths. */
export interface TlsOptions {
  /** PEM of certificate authorities to trust besides the system's. */
  readonly caCerts?: readonly string[];
  /** PEM of the client certificate chain; needs {@linkcode TlsOptions.key}. */
  readonly cert?: string;
  /** PEM of the client certificate's private key. */
  readonly key?: string;
  /** Name to ask for and verify instead of the address's host. */
  readonly serverName?: string;
  /** Accepts any certificate, of whatever name (`tlsInsecure`, `tlsAllowInvalidCertificates`). */
  readonly allowInvalidCertificates?: boolean;
  /** Accepts a certificate of another name (`tlsAllowInvalidHostnames`). */
  readonly allowInvalidHostnames?: boolean;
}

/** How {@linkcode Transport.dial} opens a stream. */
export interface DialOptions {
  /** Speaks TLS with these settings; without it the stream is plain, as a unix socket always is. */
  readonly tls?: TlsOptions;
  /** Milliseconds until the attempt fails; 0 means no limit. @default {0} */
  readonly connectTimeoutMS?: number;
  /** Gives the attempt up when aborted. */
  readonly signal?: AbortSignal;
}

/** How {@linkcode Transport.listen} opens a listening socket. */
export interface ListenOptions {
  /** Takes the place of a socket file that is there (unix only). @default {false} */
  readonly unlink?: boolean;
  /** Shares the port with other listeners that ask for the same, other threads' above all (TCP only). @default {false} */
  readonly reusePort?: boolean;
}

/**
 * What the owner of the streams tells of requests under way at servers. From it a backend decides how long it lets
 * events gather, which is for requests that are answered soon: those that wait for data to come are not counted.
 */
export interface Load {
  /** A request came that a server is to answer; it may have to wait before it leaves. */
  asked(): void;
  /** It was answered, or never will be. */
  answered(): void;
}

/** An open listening socket. */
export interface Listener {
  /** Where it listens; the port is the real one if 0 was asked for. */
  readonly address: HostAddress;
  /** Stops accepting; a unix socket's file is removed. */
  close(): void;
}

/** An I/O backend: how streams are opened and accepted. */
export interface Transport {
  /** Which one it is, for the log. */
  readonly name: "deno" | "epoll";
  /** Takes what the streams' owner tells of its requests. */
  readonly load: Load;
  /** Opens a stream. Throws `MongoNetworkError` or `MongoNetworkTimeoutError`, which name the server. */
  dial(address: HostAddress, options?: DialOptions): Promise<Stream>;
  /**
   * Listens; `onStream` gets every accepted stream, `onError` a failure to accept, after which it goes on. Throws
   * `MongoNetworkError`, which names the address.
   */
  listen(
    address: HostAddress,
    options: ListenOptions,
    onStream: (stream: Stream) => void,
    onError: (error: Error) => void,
  ): Listener;
}

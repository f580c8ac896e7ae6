import type { Document } from "bson";
import type { ReplyView } from "../codec/reply.ts";
import type { CompressorName } from "../codec/op_compressed.ts";
import type { DriverEvent } from "../driver/event.ts";
import type { Topology } from "../driver/sdam/topology.ts";
import type { ClientRequest } from "./client/client_request.ts";
import type { ClientSession } from "./client/client_session.ts";
import type { Ongoing } from "./client/ongoing.ts";
import type { ProxyError } from "./exchange/proxy_error.ts";
import type { HelloRequest } from "./hello/hello_reply.ts";

/** What clients can take a listener for. */
export type Appearance = "mongos" | "standalone" | "member";

/**
 * What clients see of the deployment behind a listener: who answers their `hello`, and in which words servers' replies
 * reach them. {@linkcode GatewayFront} makes one server of all, the mirror's shows one member of a replica set.
 */
export interface Front {
  /** What clients take it for, as far as that is known; null before a server has answered. */
  readonly looksLike: Appearance | null;
  /** The newest wire version that every server speaks; null before a server has answered. */
  readonly maxWireVersion: number | null;
  /** Whether new clients are taken; where not, they are closed at once. */
  readonly isOpen: boolean;
  /** Learns of the topology before it is opened; `onTopologyChange` wants to know when its servers are others. */
  watch(topology: Topology, onTopologyChange: () => void): void;
  /** Takes what discovery and monitoring tell. */
  onEvent(event: DriverEvent): void;
  /** Answers `hello` or `isMaster`, or returns what the answer waits for. */
  serveHello(request: ClientRequest, session: ClientSession): Ongoing | null;
  /** Answers all that wait with what is known. */
  answerWaiting(): void;
  /** Called about once a second. */
  sweep(): void;
  /**
   * Whether replies to a request speak of servers, and have to be collected, however large, because they may be
   * reworded. Asked while the request's bytes are there.
   */
  isAboutServers(request: ClientRequest): boolean;
  /**
   * A server's reply as clients are to have it; null: as it is. `isAboutServers` is what {@linkcode Front.isAboutServers}
   * said; of the request nothing can be read any more.
   */
  reworded(request: ClientRequest, reply: ReplyView, isAboutServers: boolean): Document | null;
  /** An error of the proxy's own as clients are to have it. */
  rewordedError(request: ClientRequest, error: ProxyError): ProxyError;
}

/** What a {@linkcode Front} works with. */
export interface FrontOptions {
  readonly compressors: readonly CompressorName[];
  /** The newest wire version to tell clients of; null for the servers' own. */
  readonly maxWireVersion: number | null;
  /** How long a client's first `hello` waits for the deployment to be found, in milliseconds. */
  readonly discoveryTimeoutMS: number;
  /** A client has introduced itself. */
  readonly onHello: (session: ClientSession, request: HelloRequest) => void;
}

/** Makes the front of a listener. */
export type CreateFront = (options: FrontOptions) => Front;

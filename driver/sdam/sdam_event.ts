import type { Document } from "../../codec/bson_types.ts";
import type { ServerDescription } from "./server_description.ts";
import type { TopologyDescription } from "./topology_description.ts";

/** What discovery and monitoring tell, under the specification's names ("SDAM logging and monitoring"). */
export type SdamEvent =
  | TopologyOpeningEvent
  | TopologyDescriptionChangedEvent
  | TopologyClosedEvent
  | ServerOpeningEvent
  | ServerDescriptionChangedEvent
  | ServerClosedEvent
  | ServerHeartbeatStartedEvent
  | ServerHeartbeatSucceededEvent
  | ServerHeartbeatFailedEvent;

/** The first event of a topology. */
export interface TopologyOpeningEvent {
  /** Tells the event from the others. */
  readonly type: "topologyOpening";
  /** {@linkcode Topology.id} of the topology it is of. */
  readonly topologyId: number;
}

/** Something that matters changed; round trip times do not. */
export interface TopologyDescriptionChangedEvent {
  /** Tells the event from the others. */
  readonly type: "topologyDescriptionChanged";
  /** {@linkcode Topology.id} of the topology it is of. */
  readonly topologyId: number;
  /** What was known before. */
  readonly previousDescription: TopologyDescription;
  /** What is known now. */
  readonly newDescription: TopologyDescription;
}

/** The last event of a topology. */
export interface TopologyClosedEvent {
  /** Tells the event from the others. */
  readonly type: "topologyClosed";
  /** {@linkcode Topology.id} of the topology it is of. */
  readonly topologyId: number;
}

/** A server was added; comes before anything else about it. */
export interface ServerOpeningEvent {
  /** Tells the event from the others. */
  readonly type: "serverOpening";
  /** {@linkcode Topology.id} of the topology it is of. */
  readonly topologyId: number;
  /** `host:port` or a socket's path. */
  readonly address: string;
}

/** Something that matters changed about one server; round trip times do not. */
export interface ServerDescriptionChangedEvent {
  /** Tells the event from the others. */
  readonly type: "serverDescriptionChanged";
  /** {@linkcode Topology.id} of the topology it is of. */
  readonly topologyId: number;
  /** `host:port` or a socket's path. */
  readonly address: string;
  /** What was known before. */
  readonly previousDescription: ServerDescription;
  /** What is known now. */
  readonly newDescription: ServerDescription;
}

/** A server was removed and its monitor is gone. */
export interface ServerClosedEvent {
  /** Tells the event from the others. */
  readonly type: "serverClosed";
  /** {@linkcode Topology.id} of the topology it is of. */
  readonly topologyId: number;
  /** `host:port` or a socket's path. */
  readonly address: string;
}

/** A check begins; one of the other two heartbeat events follows. */
export interface ServerHeartbeatStartedEvent {
  /** Tells the event from the others. */
  readonly type: "serverHeartbeatStarted";
  /** The server's address. */
  readonly connectionId: string;
  /** Whether the server may wait before it replies, so that the duration says nothing of the round trip. */
  readonly awaited: boolean;
}

/** A check succeeded. */
export interface ServerHeartbeatSucceededEvent {
  /** Tells the event from the others. */
  readonly type: "serverHeartbeatSucceeded";
  /** The server's address. */
  readonly connectionId: string;
  /** As in {@linkcode ServerHeartbeatStartedEvent.awaited}. */
  readonly awaited: boolean;
  /** Milliseconds, the time that the server waited included. */
  readonly duration: number;
  /** The reply to `hello`. */
  readonly reply: Document;
}

/** A check failed, or was given up. */
export interface ServerHeartbeatFailedEvent {
  /** Tells the event from the others. */
  readonly type: "serverHeartbeatFailed";
  /** The server's address. */
  readonly connectionId: string;
  /** As in {@linkcode ServerHeartbeatStartedEvent.awaited}. */
  readonly awaited: boolean;
  /** Milliseconds from the beginning of the check. */
  readonly duration: number;
  /** Why it failed. */
  readonly failure: Error;
}

import type { Document } from "bson";
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
  readonly type: "topologyOpening";
  readonly topologyId: number;
}

/** Something that matters changed; round trip times do not. */
export interface TopologyDescriptionChangedEvent {
  readonly type: "topologyDescriptionChanged";
  readonly topologyId: number;
  readonly previousDescription: TopologyDescription;
  readonly newDescription: TopologyDescription;
}

/** The last event of a topology. */
export interface TopologyClosedEvent {
  readonly type: "topologyClosed";
  readonly topologyId: number;
}

/** A server was added; comes before anything else about it. */
export interface ServerOpeningEvent {
  readonly type: "serverOpening";
  readonly topologyId: number;
  /** `host:port` or a socket's path, here and below. */
  readonly address: string;
}

/** Something that matters changed about one server; round trip times do not. */
export interface ServerDescriptionChangedEvent {
  readonly type: "serverDescriptionChanged";
  readonly topologyId: number;
  readonly address: string;
  readonly previousDescription: ServerDescription;
  readonly newDescription: ServerDescription;
}

/** A server was removed and its monitor is gone. */
export interface ServerClosedEvent {
  readonly type: "serverClosed";
  readonly topologyId: number;
  readonly address: string;
}

/** A check begins; one of the other two heartbeat events follows. */
export interface ServerHeartbeatStartedEvent {
  readonly type: "serverHeartbeatStarted";
  /** The server's address. */
  readonly connectionId: string;
  /** Whether the server may wait before it replies, so that the duration says nothing of the round trip. */
  readonly awaited: boolean;
}

/** A check succeeded. */
export interface ServerHeartbeatSucceededEvent {
  readonly type: "serverHeartbeatSucceeded";
  readonly connectionId: string;
  readonly awaited: boolean;
  /** Milliseconds. */
  readonly duration: number;
  readonly reply: Document;
}

/** A check failed, or was given up. */
export interface ServerHeartbeatFailedEvent {
  readonly type: "serverHeartbeatFailed";
  readonly connectionId: string;
  readonly awaited: boolean;
  /** Milliseconds. */
  readonly duration: number;
  readonly failure: Error;
}

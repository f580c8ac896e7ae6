import type { Document } from "bson";
import type { EventType } from "./test_format.ts";

/** An event that a client told of. */
export interface ObservedEvent {
  /** As the test format names it, e.g. `commandStartedEvent`. */
  readonly name: string;
  readonly type: EventType;
  readonly event: Document;
}

/** By the test format's name: what kind it is, and the name that the driver's client emits it by. */
export const EVENTS: Readonly<Record<string, { readonly type: EventType; readonly driverName: string }>> = {
  commandStartedEvent: { type: "command", driverName: "commandStarted" },
  commandSucceededEvent: { type: "command", driverName: "commandSucceeded" },
  commandFailedEvent: { type: "command", driverName: "commandFailed" },
  poolCreatedEvent: { type: "cmap", driverName: "connectionPoolCreated" },
  poolReadyEvent: { type: "cmap", driverName: "connectionPoolReady" },
  poolClearedEvent: { type: "cmap", driverName: "connectionPoolCleared" },
  poolClosedEvent: { type: "cmap", driverName: "connectionPoolClosed" },
  connectionCreatedEvent: { type: "cmap", driverName: "connectionCreated" },
  connectionReadyEvent: { type: "cmap", driverName: "connectionReady" },
  connectionClosedEvent: { type: "cmap", driverName: "connectionClosed" },
  connectionCheckOutStartedEvent: { type: "cmap", driverName: "connectionCheckOutStarted" },
  connectionCheckOutFailedEvent: { type: "cmap", driverName: "connectionCheckOutFailed" },
  connectionCheckedOutEvent: { type: "cmap", driverName: "connectionCheckedOut" },
  connectionCheckedInEvent: { type: "cmap", driverName: "connectionCheckedIn" },
  serverDescriptionChangedEvent: { type: "sdam", driverName: "serverDescriptionChanged" },
  serverHeartbeatStartedEvent: { type: "sdam", driverName: "serverHeartbeatStarted" },
  serverHeartbeatSucceededEvent: { type: "sdam", driverName: "serverHeartbeatSucceeded" },
  serverHeartbeatFailedEvent: { type: "sdam", driverName: "serverHeartbeatFailed" },
  topologyDescriptionChangedEvent: { type: "sdam", driverName: "topologyDescriptionChanged" },
  topologyOpeningEvent: { type: "sdam", driverName: "topologyOpening" },
  topologyClosedEvent: { type: "sdam", driverName: "topologyClosed" },
};

/** Commands whose contents no event shows (command logging and monitoring specification, "Security"). */
const SENSITIVE = new Set([
  "authenticate",
  "saslStart",
  "saslContinue",
  "getnonce",
  "createUser",
  "updateUser",
  "copydbgetnonce",
  "copydbsaslstart",
  "copydb",
]);
const GREETINGS = new Set(["hello", "ismaster", "isMaster"]);

/** Says whether a command event is one of those whose contents must not be shown. */
export function isSensitive(event: Document): boolean {
  if (SENSITIVE.has(event.commandName)) return true;
  // A greeting is one while it carries credentials; then its contents are gone.
  const contents = event.command ?? event.reply;
  return GREETINGS.has(event.commandName) && contents !== undefined && Object.keys(contents).length === 0;
}

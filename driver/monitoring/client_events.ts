import type { DriverEvent } from "../event.ts";
import type { CommandEvents } from "./command_event.ts";

/** Everything that a client tells, by the name of the event. */
export type ClientEvents =
  & { [Type in DriverEvent["type"]]: Extract<DriverEvent, { type: Type }> }
  & { [Name in keyof CommandEvents]: CommandEvents[Name] };

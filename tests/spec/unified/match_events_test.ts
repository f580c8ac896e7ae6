import { assertEquals, assertThrows } from "@std/assert";
import type { Document } from "bson";
import type { MatchContext } from "./match.ts";
import { countEvents, matchEvents } from "./match_events.ts";
import type { ObservedEvent } from "./observed_event.ts";

const CONTEXT: MatchContext = { bsonEntity: () => undefined, sessionLsid: () => undefined };

function started(commandName: string, more: Document = {}): ObservedEvent {
  const event = { commandName, databaseName: "db", command: { [commandName]: 1 }, ...more };
  return { name: "commandStartedEvent", type: "command", event };
}

const CREATED: ObservedEvent = { name: "poolCreatedEvent", type: "cmap", event: {} };

Deno.test("matchEvents() takes the expected events of one type, in their order", () => {
  const events = [
    { commandStartedEvent: { commandName: "find", hasServerConnectionId: true, hasServiceId: false } },
    { commandStartedEvent: { command: { insert: 1 }, databaseName: "db" } },
  ];
  matchEvents(
    { client: "client0", events },
    [started("find", { serverConnectionId: 3n }), CREATED, started("insert")],
    CONTEXT,
  );
  matchEvents({ client: "client0", eventType: "cmap", events: [{ poolCreatedEvent: {} }] }, [CREATED], CONTEXT);
});

Deno.test("matchEvents() refuses events that are missing, too many, other or in another order", () => {
  const expected = { client: "client0", events: [{ commandStartedEvent: { commandName: "find" } }] };
  const observed = [[], [started("find"), started("find")], [started("insert")], [CREATED]];
  for (const events of observed) assertThrows(() => matchEvents(expected, events, CONTEXT), Error, "client0 told of");
});

Deno.test("matchEvents() takes more events after the expected ones where they are to be ignored", () => {
  const events = [{ commandStartedEvent: { commandName: "find" } }];
  const expected = { client: "client0", events, ignoreExtraEvents: true };
  matchEvents(expected, [started("find"), started("insert")], CONTEXT);
  assertThrows(() => matchEvents(expected, [started("insert"), started("find")], CONTEXT));
});

Deno.test("countEvents() counts those that are as expected", () => {
  const observed = [started("find"), started("insert"), started("find"), CREATED];
  assertEquals(countEvents({ commandStartedEvent: { commandName: "find" } }, observed, CONTEXT), 2);
});

import type { Document } from "bson";
import { bsonClass } from "./bson_type.ts";
import { match, type MatchContext, MatchError, show } from "./match.ts";
import type { ObservedEvent } from "./observed_event.ts";
import type { ExpectedEvent, ExpectedEvents } from "./test_format.ts";

/** Throws `Error` where the events of the wanted type are not the expected ones, in their order. */
export function matchEvents(expected: ExpectedEvents, observed: readonly ObservedEvent[], context: MatchContext): void {
  const { client, eventType = "command", events, ignoreExtraEvents = false } = expected;
  const actual = observed.filter(({ type }) => type === eventType);
  const told = `${client} told of ${show(actual.map(brief))}`;
  if (actual.length < events.length || (!ignoreExtraEvents && actual.length > events.length)) {
    throw new Error(`Expected ${events.length} events of type ${eventType}, got ${actual.length}: ${told}`);
  }
  for (const [index, event] of events.entries()) {
    try {
      matchEvent(event, actual[index] as ObservedEvent, context);
    } catch (error) {
      throw new Error(`Event ${index} is not as expected: ${(error as Error).message}; ${told}`);
    }
  }
}

/** How many of the observed events are as expected. */
export function countEvents(event: ExpectedEvent, observed: readonly ObservedEvent[], context: MatchContext): number {
  return observed.filter((one) => isMatch(event, one, context)).length;
}

function isMatch(event: ExpectedEvent, observed: ObservedEvent, context: MatchContext): boolean {
  try {
    matchEvent(event, observed, context);
    return true;
  } catch (error) {
    if (error instanceof MatchError) return false;
    throw error;
  }
}

function matchEvent(event: ExpectedEvent, observed: ObservedEvent, context: MatchContext): void {
  const [name = "", expected = {}] = Object.entries(event)[0] ?? [];
  if (observed.name !== name) throw new MatchError("the event's kind", name, observed.name);
  for (const [field, value] of Object.entries(expected)) matchField(field, value, observed.event, context);
}

function matchField(field: string, expected: unknown, event: Document, context: MatchContext): void {
  switch (field) {
    case "hasServiceId":
      return expectSame(field, expected, bsonClass(event.serviceId) === "ObjectId");
    case "hasServerConnectionId":
      return expectSame(field, expected, event.serverConnectionId > 0);
    case "command":
    case "reply":
      return match(expected, event[field], context);
    case "previousDescription":
    case "newDescription":
      return expectSame(`${field}.type`, (expected as Document).type, event[field].type, true);
    default:
      return expectSame(field, expected, event[field]);
  }
}

function expectSame(field: string, expected: unknown, actual: unknown, isOptional = false): void {
  if (!(isOptional && expected === undefined) && expected !== actual) throw new MatchError(field, expected, actual);
}

function brief({ name, event }: ObservedEvent): string {
  return event.commandName === undefined ? name : `${name} ${event.commandName}`;
}

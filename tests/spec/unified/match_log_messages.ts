import type { ObservedLogMessage } from "./client_entity.ts";
import { match, type MatchContext, MatchError, show } from "./match.ts";
import type { ExpectedLogMessage, ExpectedLogMessages } from "./test_format.ts";

/** Throws `Error` where what a client logged is not what was expected, in its order. */
export function matchLogMessages(
  expected: ExpectedLogMessages,
  observed: readonly ObservedLogMessage[],
  context: MatchContext,
): void {
  const { client, messages, ignoreMessages = [], ignoreExtraMessages = false } = expected;
  const actual = observed.filter((one) => !ignoreMessages.some((ignored) => isMatch(ignored, one, context)));
  const told = `${client} logged ${show(actual.map(({ data }) => data.message))}`;
  if (actual.length < messages.length || (!ignoreExtraMessages && actual.length > messages.length)) {
    throw new Error(`Expected ${messages.length} messages, got ${actual.length}: ${told}`);
  }
  for (const [index, message] of messages.entries()) {
    try {
      matchMessage(message, actual[index] as ObservedLogMessage, context);
    } catch (error) {
      throw new Error(`Message ${index} is not as expected: ${(error as Error).message}; ${told}`);
    }
  }
}

function isMatch(message: ExpectedLogMessage, observed: ObservedLogMessage, context: MatchContext): boolean {
  try {
    matchMessage(message, observed, context);
    return true;
  } catch (error) {
    if (error instanceof MatchError) return false;
    throw error;
  }
}

function matchMessage(expected: ExpectedLogMessage, observed: ObservedLogMessage, context: MatchContext): void {
  for (const field of ["level", "component"] as const) {
    if (expected[field] !== observed[field]) throw new MatchError(field, expected[field], observed[field]);
  }
  match(expected.data, observed.data, context);
  if (expected.failureIsRedacted === undefined) return;
  const isRedacted = isRedactedFailure(observed.data.failure);
  if (isRedacted !== expected.failureIsRedacted) throw new MatchError("failureIsRedacted", !isRedacted, isRedacted);
}

/** A failure is told in words, or as a document or an error that has them; without its words it is redacted. */
function isRedactedFailure(failure: unknown): boolean {
  if (failure === undefined) throw new MatchError("failure", "a failure", undefined);
  const words = typeof failure === "string" ? failure : String(Object(failure).message ?? Object(failure).errmsg ?? "");
  return words === "" || /redacted/i.test(words);
}

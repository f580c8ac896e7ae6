import { type Document, Double } from "bson";
import { decodeDocument } from "../../driver/decode_document.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ClientSession } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ExchangeContext } from "../exchange/exchange_context.ts";
import { EXACTLY, type FailedOperation, type LastError } from "./last_error.ts";
import { badReply, encodeReply, plainReply, previousReply, waitedReply, waitsForMembers } from "./last_error_reply.ts";
import { BadWriteConcernError, parseWriteConcern, withoutGenericFields, type WriteConcern } from "./write_concern.ts";
import { waitForWriteConcern } from "./write_concern_wait.ts";

/** What servers said to `forceerror`, which is there to fail. */
const FORCED: FailedOperation = { code: 10038, codeName: "Location10038", errmsg: "forced error" };
/** What is waited on where it is not known what was written to; nobody has it. */
const NO_COLLECTION = "torana.none";
/** What makes a `getLastError` fail as any command would. */
const NO_WRITE_CONCERN: FailedOperation = {
  code: 72,
  codeName: "InvalidOptions",
  errmsg: "Command does not support writeConcern",
};

/**
 * Serves `getLastError`, `getPrevError`, `resetError` and `forceerror`, in OP_QUERY or OP_MSG, from what the client's
 * connection did. `getLastError` waits for the write concern that it names, unless there is an error to tell.
 */
export function serveLastError(
  request: ClientRequest,
  session: ClientSession,
  exchanges: ExchangeContext,
): Ongoing | null {
  switch (request.command.name) {
    case "getLastError":
      return getLastError(request, session, exchanges);
    case "getPrevError":
      tell(request, session, previousReply(session.lastError), session.lastError.previous.outcome);
      return null;
    case "resetError":
      session.lastError.reset();
      session.answer(request, { ok: new Double(1) });
      return null;
    default:
      return fail(request, session, FORCED);
  }
}

function getLastError(request: ClientRequest, session: ClientSession, exchanges: ExchangeContext): Ongoing | null {
  const { id, lastError } = session;
  const document = decodeDocument(request.command.body, EXACTLY);
  if ("writeConcern" in document) return fail(request, session, NO_WRITE_CONCERN);
  const command = withoutGenericFields(document);
  const hasMembers = exchanges.front.looksLike !== "standalone";
  try {
    const writeConcern = parseWriteConcern(command, hasMembers);
    if (mustWait(writeConcern, lastError)) return wait(request, session, exchanges, writeConcern);
    tell(request, session, plainReply(id, lastError));
  } catch (error) {
    if (!(error instanceof BadWriteConcernError)) throw error;
    tell(request, session, badReply(id, lastError, command, error));
  }
  return null;
}

/** A connection that has written nothing has nothing to wait for, and an error is told at once. */
function mustWait(writeConcern: WriteConcern, { hasWritten, latest }: LastError): boolean {
  const { j, fsync } = writeConcern;
  return hasWritten && latest.kind !== "failed" && (j || fsync || waitsForMembers(writeConcern));
}

function wait(
  request: ClientRequest,
  session: ClientSession,
  exchanges: ExchangeContext,
  writeConcern: WriteConcern,
): Ongoing {
  const { id, lastError } = session;
  const { requestId, command } = request;
  const namespace = lastError.namespace ?? `${command.database}.${NO_COLLECTION}`;
  const { maxTimeMS } = command;
  // Of a sharded cluster's servers each has terms of its own.
  const term = isSharded(exchanges) ? null : lastError.term;
  return waitForWriteConcern({ namespace, writeConcern, term, maxTimeMS, requestId }, session, exchanges, (wait) => {
    tell(request, session, waitedReply(id, lastError, wait));
  });
}

function isSharded({ topology }: ExchangeContext): boolean {
  return [...topology.description.servers.values()].some(({ type }) => type === "Mongos" || type === "LoadBalancer");
}

function tell(
  request: ClientRequest,
  session: ClientSession,
  reply: Document,
  outcome = session.lastError.latest,
): void {
  session.answerBytes(request, encodeReply(reply, outcome));
}

/** A command that fails is told as the last error, whatever it is. */
function fail(request: ClientRequest, session: ClientSession, error: FailedOperation): null {
  const { code, codeName, errmsg } = error;
  session.lastError.failed(error);
  session.answer(request, { ok: new Double(0), errmsg, code, codeName });
  return null;
}

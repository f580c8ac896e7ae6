import { Double } from "bson";
import { findElement, readString } from "../../codec/bson_view.ts";
import type { Topology } from "../../driver/sdam/topology.ts";
import type { BuildInfo } from "./build_info.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ClientSession } from "../client/client_session.ts";
import type { Front } from "../front.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ExchangeContext } from "../exchange/exchange_context.ts";
import { type ProxyError, proxyError } from "../exchange/proxy_error.ts";
import { serveLastError } from "../last_error/serve_last_error.ts";

/** What the local answers know of their gateway. */
export interface LocalContext {
  readonly topology: Topology;
  readonly exchanges: ExchangeContext;
  readonly front: Front;
  readonly buildInfo: BuildInfo;
  /** The listening address, for messages. */
  readonly listener: string;
}

/** `ok` is a double in all replies of servers. */
const OK = new Double(1);

/** `"forward"`: the command is the server's after all. */
type LocalAnswer = Ongoing | null | "forward";
type LocalCommand = (
  request: ClientRequest,
  session: ClientSession,
  context: LocalContext,
) => LocalAnswer;

/**
 * Commands about the connection itself, which a client shares with others without knowing, and those that need no
 * server to be answered truthfully.
 */
const LOCAL_COMMANDS = new Map<string, LocalCommand>([
  ["hello", greet],
  ["isMaster", greet],
  ["ping", ping],
  ["buildInfo", buildInfo],
  ["whatsmyip", (request, session) => reply(request, session, { you: session.remote })],
  ["isdbgrid", isdbgrid],
  ["endSessions", endSessions],
  // There is nobody to log out, and whoever the gateway is upstream must stay logged in.
  ["logout", (request, session) => reply(request, session, {})],
  ...["saslStart", "saslContinue"].map(refusing(noAuthentication)),
  // Drivers of 2012 ask on every connection, whether they are to log in or not, and hang up where they get none.
  ["getnonce", (request, session) => reply(request, session, { nonce: randomNonce() })],
  ["authenticate", authenticate],
  ...["getLastError", "getPrevError", "resetError", "forceerror"].map(lastError),
  ...["replSetInitiate", "replSetReconfig", "replSetSyncFrom"].map(onlyDirectly),
]);

/** Answers what the proxy answers itself. */
export function serveLocally(
  request: ClientRequest,
  session: ClientSession,
  context: LocalContext,
): LocalAnswer {
  const { name } = request.command;
  const command = request.isLegacy ? undefined : LOCAL_COMMANDS.get(name);
  if (command === undefined) return "forward";
  // What is about the connection must not reach one that others use, though nobody waits for an answer.
  if (!request.expectsReply) return name === "endSessions" ? "forward" : null;
  return command(request, session, context);
}

function reply(request: ClientRequest, session: ClientSession, document: object): null {
  session.answer(request, { ...document, ok: OK });
  return null;
}

function greet(request: ClientRequest, session: ClientSession, { front }: LocalContext): LocalAnswer {
  return front.serveHello(request, session);
}

/** A ping asks whether the database is there; discovery knows, and otherwise a server has to say. */
function ping(
  request: ClientRequest,
  session: ClientSession,
  { topology }: LocalContext,
): LocalAnswer {
  const isThere = topology.trySelect({ readPreference: { mode: "primaryPreferred" } }) !== null;
  return isThere ? reply(request, session, {}) : "forward";
}

function buildInfo(
  request: ClientRequest,
  session: ClientSession,
  context: LocalContext,
): LocalAnswer {
  const known = context.buildInfo.document;
  return known === null ? "forward" : reply(request, session, known);
}

function isdbgrid(
  request: ClientRequest,
  session: ClientSession,
  { front, listener }: LocalContext,
): LocalAnswer {
  if (front.looksLike !== "mongos") return "forward";
  return reply(request, session, { isdbgrid: 1, hostname: listener });
}

/** A driver says goodbye and waits for nothing: without a server the sessions end by their own time limit. */
function endSessions(
  request: ClientRequest,
  session: ClientSession,
  { topology }: LocalContext,
): LocalAnswer {
  const isThere = topology.trySelect({ readPreference: { mode: "primary" } }) !== null;
  return isThere ? "forward" : reply(request, session, {});
}

/** What names members to a member would name listeners of the proxy: clients of a mirror know no others. */
function onlyDirectly(name: string): [string, LocalCommand] {
  return [name, (request, session, { front, listener }) => {
    if (front.looksLike !== "member") return "forward";
    const message = `${name} names members, of which the proxy at ${listener} shows its own addresses; ` +
      "run it on the member itself";
    session.refuse(request, proxyError("CommandNotSupported", message));
    return null;
  }];
}

/** What becomes of a client's writes is the client's own, whatever connections to servers they took. */
function lastError(name: string): [string, LocalCommand] {
  return [name, (request, session, { exchanges }) => serveLastError(request, session, exchanges)];
}

/** As servers made them up to 5.0: 16 hexadecimal digits. */
function randomNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The oldest way to log in, unless a mechanism is named. */
function authenticate(request: ClientRequest, session: ClientSession, context: LocalContext): null {
  const mechanism = readString(request.command.body, findElement(request.command.body, "mechanism"));
  const isChallengeResponse = mechanism === null || mechanism === "MONGODB-CR";
  session.refuse(request, isChallengeResponse ? noChallengeResponse(context) : noAuthentication(context));
  return null;
}

function refusing(error: (context: LocalContext) => ProxyError): (name: string) => [string, LocalCommand] {
  return (name) => [name, (request, session, context) => {
    session.refuse(request, error(context));
    return null;
  }];
}

function noAuthentication({ listener }: LocalContext): ProxyError {
  return proxyError(
    "AuthenticationFailed",
    `Authentication failed: the proxy listening on ${listener} takes no credentials, ` +
      "it is logged in to the deployment itself; remove user, password and authentication mechanism " +
      "from the connection string",
  );
}

function noChallengeResponse({ listener }: LocalContext): ProxyError {
  return proxyError(
    "AuthenticationFailed",
    `Authentication failed: MONGODB-CR (getnonce, authenticate) is not possible: MongoDB has it no longer since 4.0, and ` +
      `the proxy listening on ${listener} is logged in to the deployment itself; connect without user and password`,
  );
}

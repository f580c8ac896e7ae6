import { type Document, Double, Long } from "bson";
import { type MongoError, MongoServerError } from "../../driver/error.ts";
import type { Topology } from "../../driver/sdam/topology.ts";
import { PRIMARY } from "../../driver/selection/read_preference.ts";
import type { ClientRequest } from "../client/client_request.ts";
import { requestDocument } from "../client/client_session.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import type { ConnectionSource } from "../pins/connection_pin.ts";
import { type CursorPin, sessionKey } from "../pins/cursor_pins.ts";
import { byPlace, killCursors } from "../pins/release.ts";
import type { ExchangeContext } from "../exchange/exchange_context.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { toProxyError } from "../exchange/proxy_error.ts";
import type { TrailOwner } from "../pins/trail.ts";
import type { GatewayTeam } from "../team/gateway_team.ts";
import { killElsewhere, killLegacyElsewhere } from "../team/kill_elsewhere.ts";

/** The lists of a reply to `killCursors`. */
const REPLY_LISTS = ["cursorsKilled", "cursorsNotFound", "cursorsAlive", "cursorsUnknown"] as const;

/** The cursors are to be killed whoever waits for it; the gateway cuts its own commands itself. */
const KILLING: Ongoing = { abandon() {}, cut() {} };

/** Cursors to kill at one place. */
interface Share {
  readonly ids: unknown[];
  readonly pins: CursorPin[];
  readonly place: () => Promise<ConnectionSource>;
}

/** Kills a cursor that is not known here where it is known, and gives the server's reply; `null`: nowhere. */
type KillElsewhere = (id: Long) => Promise<Document | null>;

/**
 * Serves `killCursors`: each cursor is killed at the server that has it, and the servers' replies are made one.
 * Cursors that no thread of `team` knows are asked for at the primary, which knows whether it has them.
 * OP_KILL_CURSORS has no reply and names no collection: cursors that are not known stay.
 */
export function serveKillCursors(
  request: ClientRequest,
  client: ExchangeClient & TrailOwner,
  context: ExchangeContext,
  team: GatewayTeam | null,
): Ongoing | null {
  if (request.isLegacy) return killLegacyCursors(request, client, context, team);
  const lsid = request.command.lsid;
  const command = requestDocument(request);
  const database = request.command.database;
  const shares = shareOut(command, database, lsid === null ? null : sessionKey(lsid), context);
  const { expectsReply } = request;
  const elsewhere: KillElsewhere | null = team && ((id) => killElsewhere(id, command, client, team));
  killAll(shares, command, database, context, elsewhere)
    .then((reply) => expectsReply && client.answer(request, withDouble(reply)))
    .catch((error) => expectsReply && refuse(request, client, error))
    .finally(() => client.finished());
  return KILLING;
}

/** There is no reply, but what the client sends next finds the cursors gone. */
function killLegacyCursors(
  request: ClientRequest,
  client: ExchangeClient & TrailOwner,
  context: ExchangeContext,
  team: GatewayTeam | null,
): Ongoing | null {
  const known = request.command.cursorIds.flatMap((id) => context.pins.cursors.all(id));
  if (team !== null) killLegacyElsewhere(request, client, team);
  if (known.length === 0) return null;
  const killing = [...byPlace(known)].map((cursors) => killKnown(cursors, context));
  void Promise.allSettled(killing).then(() => client.finished());
  return KILLING;
}

async function killKnown(
  cursors: readonly CursorPin[],
  { pins, ownCommands, topology }: ExchangeContext,
): Promise<void> {
  const { connection, server } = cursors[0]!;
  const source = connection ?? topology.server(server)?.pool;
  try {
    if (source !== undefined) await ownCommands.run(source, (upstream) => killCursors(upstream, cursors));
  } finally {
    for (const pin of cursors) pins.dropCursor(pin);
  }
}

function refuse(request: ClientRequest, client: ExchangeClient, error: MongoError): void {
  if (error instanceof MongoServerError) client.answer(request, withDouble(error.errorResponse));
  else client.refuse(request, toProxyError(error, request.failing));
}

/** `ok` is a double in all replies of servers, which is lost on the way through numbers. */
function withDouble(reply: Document): Document {
  return { ...reply, ok: new Double(reply.ok) };
}

function shareOut(
  command: Document,
  database: string,
  session: string | null,
  { pins, topology }: ExchangeContext,
): Share[] {
  const shares = new Map<unknown, Share>();
  const namespace = `${database}.${command.killCursors}`;
  for (const id of Array.isArray(command.cursors) ? command.cursors as unknown[] : []) {
    // What is no id is for a server to refuse.
    const pin = id instanceof Long ? pins.cursors.find({ id: id.toBigInt(), namespace, session }) : null;
    const key = pin?.connection ?? pin?.server ?? null;
    const share = shares.get(key) ?? { ids: [], pins: [], place: placeOf(pin, topology) };
    share.ids.push(id);
    if (pin !== null) share.pins.push(pin);
    shares.set(key, share);
  }
  return [...shares.values()];
}

function placeOf(pin: CursorPin | null, topology: Topology): () => Promise<ConnectionSource> {
  return async () => {
    const pinned = pin?.connection ?? (pin === null ? null : topology.server(pin.server)?.pool);
    return pinned ?? (await topology.selectServer({ readPreference: PRIMARY })).pool;
  };
}

async function killAll(
  shares: readonly Share[],
  command: Document,
  database: string,
  context: ExchangeContext,
  elsewhere: KillElsewhere | null,
): Promise<Document> {
  // What names no cursors is for a server to answer.
  if (shares.length === 0) {
    const { pool } = await context.topology.selectServer({ readPreference: PRIMARY });
    return await context.ownCommands.run(pool, (connection) => connection.command(database, command));
  }
  const killing = shares.map((share) =>
    elsewhere === null || share.pins.length > 0
      ? [kill(share, command, database, context)]
      : killUnknown(share, command, database, context, elsewhere)
  );
  const replies = await Promise.all(killing.flat());
  const lists = REPLY_LISTS.map((key) => [key, replies.flatMap((reply) => reply[key] ?? [])]);
  return { ...replies[0], ...Object.fromEntries(lists) };
}

/** Kills what is not known here elsewhere, one by one, and at the place of the share what is known nowhere. */
function killUnknown(
  share: Share,
  command: Document,
  database: string,
  context: ExchangeContext,
  elsewhere: KillElsewhere,
): Promise<Document>[] {
  return share.ids.map(async (id) => {
    const reply = id instanceof Long ? await elsewhere(id) : null;
    return reply ?? await kill({ ...share, ids: [id] }, command, database, context);
  });
}

async function kill(
  share: Share,
  command: Document,
  database: string,
  { pins, ownCommands }: ExchangeContext,
): Promise<Document> {
  return await ownCommands.run(await share.place(), async (connection) => {
    const reply = await connection.command(database, { ...command, cursors: share.ids });
    for (const pin of share.pins) pins.dropCursor(pin);
    return reply;
  });
}

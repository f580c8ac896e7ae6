import { hostOf } from "../client/host_counts.ts";
import type { ClientCloseReason } from "../client/client_close_reason.ts";
import type { AbandonedOutcome, ClientId, GatewayEvent } from "../event.ts";
import type { LogLevel } from "../gateway_config.ts";
import { advise } from "./advice.ts";
import { describeUpstreamEvent } from "./describe_upstream_event.ts";
import { line, type LogLine } from "./log_line.ts";

/** Says what an operator should read about an event; null where that is nothing. */
export function describeEvent(event: GatewayEvent): LogLine | null {
  switch (event.type) {
    case "upstream":
      return describeUpstreamEvent(event.event);
    case "listening":
      return line("info", event.type, `Clients can connect to ${event.address}`, { address: event.address });
    case "listenerFailed":
      return describeListenerFailure(event);
    case "clientOpened": {
      const { clientId, remote } = event;
      return line("debug", event.type, `Client ${clientId} connected from ${remote}`, { clientId, remote });
    }
    case "clientRefused":
      return describeRefusedClient(event);
    case "clientIdentified": {
      const { clientId, application, driver } = event;
      return line("debug", event.type, `Client ${clientId} is ${application ?? "an application without a name"}`, {
        clientId,
        application,
        driver,
      });
    }
    case "clientClosed":
      return describeClosedClient(event);
    case "commandRefused":
      return describeRefusedCommand(event);
    case "commandAbandoned":
      return describeAbandonedCommand(event);
    case "pinned":
    case "unpinned":
      return describePin(event);
    case "orphansReleased":
      return describeOrphans(event);
    case "releaseFailed":
      return describeFailedRelease(event);
    case "draining": {
      const { clients, busy } = event;
      const message = `No further clients are accepted; ${busy} of ${clients} clients have work in flight`;
      return line("info", event.type, message, { clients, busy });
    }
    case "drained":
      return describeDrained(event);
    case "memberAdded":
    case "memberRemoved":
    case "memberFailed":
    case "memberWithoutPort":
      return describeMember(event);
    case "notOfSet":
      return describeStranger(event);
    case "member":
      return describeOfMember(event);
  }
}

type EventOf<Type extends GatewayEvent["type"]> = Extract<GatewayEvent, { readonly type: Type }>;

function describeListenerFailure({ type, address, error }: EventOf<"listenerFailed">): LogLine {
  const message = `No client can be accepted on ${address} at the moment${advise(error)}`;
  return line("error", type, message, { address, error: error.message }, address);
}

function describeRefusedClient({ type, remote, limit, allowed }: EventOf<"clientRefused">): LogLine {
  const [flag, where] = limit === "maxClients"
    ? ["--max-clients", ""]
    : ["--max-clients-per-host", ` from ${hostOf(remote)}`];
  const message = `A client was refused: ${allowed} are connected${where}; raise ${flag} if that is too few`;
  return line("warn", type, message, { remote, [limit]: allowed }, where);
}

/** What a close means, and whether an operator should see it without asking. */
const CLOSES: Readonly<Record<ClientCloseReason, readonly [level: LogLevel, meaning: string]>> = {
  clientLeft: ["debug", "it closed the connection"],
  clientLeftBusy: ["info", "it closed the connection while a command ran"],
  clientLost: ["info", "its connection broke"],
  badMessage: ["warn", "it sent bytes that are no message of MongoDB's protocol"],
  replyLost: ["warn", "a server was lost while the client was getting its reply from it"],
  serverLost: ["debug", "it wants to know of a member of the set that cannot be reached"],
  stalled: ["warn", "it did nothing for the time of --stall-timeout, in the middle of a large message"],
  idle: ["info", "it sent nothing for the time of --client-idle-timeout"],
  shutdown: ["debug", "the proxy ends"],
  internalError: ["error", "of a fault in the proxy; please report it with this line"],
};

function describeClosedClient(event: EventOf<"clientClosed">): LogLine {
  const { type, clientId, remote, reason, message: error, commands } = event;
  const [level, meaning] = CLOSES[reason];
  return line(level, type, `Client ${clientId} is gone: ${meaning}`, { clientId, remote, reason, error, commands });
}

/** What an operator can do about the errors that the proxy itself gives. */
const COMMAND_ADVICE: Readonly<Record<string, string>> = {
  AuthenticationFailed: "; remove user name and password from the client's URI, they belong into the proxy's",
  IngressRequestRateLimitExceeded:
    "; raise maxPoolSize in the URI, or --max-waiting-requests and --wait-timeout, if that is too early",
};

function describeRefusedCommand(event: EventOf<"commandRefused">): LogLine {
  const { type, clientId, command, code, codeName, message: error } = event;
  const message = `Client ${clientId} got an error for ${command}${COMMAND_ADVICE[codeName] ?? ""}`;
  return line("warn", type, message, { clientId, command, code, codeName, error }, `${command} ${codeName}`);
}

const ABANDONED: Readonly<
  Record<AbandonedOutcome, (clientId: ClientId, command: string) => readonly [level: LogLevel, message: string]>
> = {
  drained: (client, command) => ["debug", `Client ${client} left while ${command} ran; its reply was read and dropped`],
  closed: (client, command) => [
    "info",
    `Client ${client} left while ${command} ran; the server's connection was closed`,
  ],
  timedOut: (client, command) => [
    "warn",
    `${command} of client ${client} was not answered within --message-timeout; the server's connection was closed`,
  ],
};

function describeAbandonedCommand(event: EventOf<"commandAbandoned">): LogLine {
  const { type, clientId, command, connectionId, server, outcome } = event;
  const [level, message] = ABANDONED[outcome](clientId, command);
  const fields = { clientId, command, connectionId, server, outcome };
  return line(level, type, message, fields, `${server} ${outcome}`);
}

function describePin({ type, clientId, connectionId, server, reason }: EventOf<"pinned" | "unpinned">): LogLine {
  const message = type === "pinned"
    ? `Connection ${connectionId} to ${server} is held for client ${clientId}`
    : `Connection ${connectionId} to ${server} is no longer held for client ${clientId}`;
  return line("debug", type, message, { clientId, connectionId, server, reason });
}

function describeOrphans({ type, cursors, transactions, reason }: EventOf<"orphansReleased">): LogLine {
  const what = `${cursors} cursors were killed and ${transactions} transactions aborted`;
  return reason === "limit"
    ? line("warn", type, `${what}: --max-cursors or --max-transactions is reached`, {
      cursors,
      transactions,
      reason,
    }, reason)
    : line("info", type, `${what}: their clients are gone`, { cursors, transactions, reason }, reason);
}

function describeFailedRelease({ type, server, error }: EventOf<"releaseFailed">): LogLine {
  const message = `Cursors or transactions that nobody needs stay on ${server} until it forgets them`;
  return line("warn", type, message, { server, error: error.message }, server);
}

function describeDrained({ type, cut }: EventOf<"drained">): LogLine {
  return cut === 0
    ? line("info", type, "All work in flight has ended", { cut })
    : line("warn", type, `${cut} clients were cut off; raise --drain-timeout to wait longer`, { cut });
}

type MemberEvent = EventOf<"memberAdded" | "memberRemoved" | "memberFailed" | "memberWithoutPort">;

function describeMember(event: MemberEvent): LogLine {
  const { type, member } = event;
  switch (event.type) {
    case "memberAdded":
      return line("info", type, `Member ${member} is reached at ${event.address}`, { member, address: event.address });
    case "memberRemoved": {
      const message = `Member ${member} left the set; ${event.address} is kept for its return`;
      return line("info", type, message, { member, address: event.address });
    }
    case "memberFailed": {
      const { address, error } = event;
      const message = `Nobody can listen on ${address} for member ${member} at the moment${advise(error)}`;
      return line("error", type, message, { member, address, error: error.message }, member);
    }
    case "memberWithoutPort":
      return line("warn", type, `Clients are not told of member ${member}: add ports to --ports, or it to --map`, {
        member,
      });
  }
}

function describeStranger({ type, server, setName }: EventOf<"notOfSet">): LogLine {
  const found = setName === null ? "in no replica set" : `a member of another replica set, ${setName}`;
  const message = `Server ${server} is ${found}, expected a member of the one that --mirror is for`;
  return line("warn", type, message, { server, setName });
}

/** Says which member's listener it is about. */
function describeOfMember({ member, event }: EventOf<"member">): LogLine | null {
  const described = describeEvent(event);
  if (described === null) return null;
  const { repeatKey, fields } = described;
  return {
    ...described,
    fields: { member, ...fields },
    ...(repeatKey === undefined ? {} : { repeatKey: `${member} ${repeatKey}` }),
  };
}

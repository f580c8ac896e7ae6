import { type Document, Int32 } from "bson";
import { findElement, readTruth, walkInto } from "../../codec/bson_view.ts";
import type { CommandView } from "../../codec/command.ts";
import { OpCode } from "../../codec/header.ts";
import type { ReplyView } from "../../codec/reply.ts";
import { formatHostAddress } from "../../driver/address.ts";
import { decodeFaithfully } from "../exchange/decode_faithfully.ts";
import type { HostNames } from "./host_names.ts";
import { isPlain, portOf, rewordDocument, type Speaker } from "./reword_document.ts";

/** Stages that make documents about the server instead of reading those of clients. */
const SERVER_STAGES: readonly string[] = ["$currentOp", "$collStats", "$indexStats", "$planCacheStats"];

/** Says whether replies to a command speak of servers, and hold no documents of clients. */
export function isAboutServers(command: CommandView): boolean {
  const { name, traits, isLegacy, opCode } = command;
  if (isLegacy) return opCode === OpCode.query && findElement(command.body, "$explain") >= 0;
  if (name === "aggregate") return isExplained(command.body) || isAboutServer(command.body);
  return name === "explain" || traits.kind === "admin" || !traits.isKnown;
}

/** A reply about servers, decoded. */
export function decodeReply(reply: ReplyView): Document {
  return decodeFaithfully(reply.body);
}

/** A reply about servers as clients are to see it. */
export function rewordReply(command: string, reply: Document, names: HostNames, speaker: Speaker): Document {
  const reworded = rewordDocument(reply, names, speaker);
  switch (command) {
    case "serverStatus":
      // Without its port where that is the usual one.
      return "host" in reworded ? { ...reworded, host: formatHostAddress(speaker.told) } : reworded;
    case "getCmdLineOpts":
      return rewordOptions(reworded, speaker);
    case "getLog":
      return rewordLog(reworded, speaker);
    default:
      return reworded;
  }
}

/** An error of any command with the addresses in its texts replaced; null where there are none. */
export function rewordFailure(reply: ReplyView, names: HostNames): Document | null {
  if (reply.ok ? reply.writeConcernErrorCode === null : !names.areIn(reply.errmsg ?? "")) return null;
  const document = decodeReply(reply);
  const failures = [document, document.writeConcernError].filter((it): it is Document =>
    isPlain(it) && typeof it.errmsg === "string" && names.areIn(it.errmsg)
  );
  for (const failure of failures) failure.errmsg = names.reword(failure.errmsg);
  return failures.length === 0 ? null : document;
}

/** How the server was started: the port is that of its listener. */
function rewordOptions(reply: Document, { port, told }: Speaker): Document {
  const { argv, parsed } = reply;
  const net = isPlain(parsed) && isPlain(parsed.net) ? parsed.net : null;
  return {
    ...reply,
    ...Array.isArray(argv) ? { argv: argv.map((arg) => rewordArgument(arg, port, portOf(told))) } : {},
    ...net !== null && Number(net.port) === port
      ? { parsed: { ...parsed, net: { ...net, port: new Int32(portOf(told)) } } }
      : {},
  };
}

function rewordArgument(argument: unknown, port: number, told: number): unknown {
  return argument === `${port}` || argument === `--port=${port}` ? argument.replace(`${port}`, `${told}`) : argument;
}

/** Lines in which addresses are replaced already; what is left is the port that is listened on. */
function rewordLog(reply: Document, { port, told }: Speaker): Document {
  if (!Array.isArray(reply.log)) return reply;
  const own = new RegExp(`(?<=\\bport\\W{1,3})${port}\\b`, "g");
  return { ...reply, log: reply.log.map((line) => `${line}`.replace(own, `${portOf(told)}`)) };
}

function isExplained(body: Uint8Array): boolean {
  return readTruth(body, findElement(body, "explain")) === true;
}

function isAboutServer(body: Uint8Array): boolean {
  const stages = walkInto(body, findElement(body, "pipeline"));
  if (!stages?.next()) return false;
  const stage = walkInto(body, stages.element);
  return stage !== null && stage.next() && SERVER_STAGES.includes(stage.key);
}

import { type Document, Double, Long } from "bson";
import { formatHostAddress, type HostAddress } from "../../driver/address.ts";
import { advertisedVersions, agreedCompressors, type HelloContext, type HelloRequest } from "../hello/hello_reply.ts";
import type { HostNames } from "./host_names.ts";

/** What is said to one client alone, or to one that logs in; what a monitor was told of it is nobody else's business. */
const PERSONAL: ReadonlySet<string> = new Set([
  "compression",
  "saslSupportedMechs",
  "speculativeAuthenticate",
  "serviceId",
  "$clusterTime",
  "operationTime",
]);
const LISTS: ReadonlySet<string> = new Set(["hosts", "passives", "arbiters"]);

/** The member that a `hello` is from, and what is known of its set. */
export interface MemberHelloSpeaker {
  readonly names: HostNames;
  /** Where clients reach it. */
  readonly told: HostAddress;
  /** The member that says of itself that it is primary; null while none does. */
  readonly primary: string | null;
}

/** Says whether the client knows what a member said of itself last, or something later, so that it may have to wait. */
export function knowsHello({ topologyVersion: known }: HelloRequest, hello: Document): boolean {
  const current = hello.topologyVersion;
  return known !== null && current !== undefined && known.processId.equals(current.processId) &&
    known.counter >= BigInt(current.counter);
}

/**
 * What a member says of itself, as a client is to have it: addresses are those of the proxy, members that have none are
 * left out, and the rest is the member's own.
 */
export function memberHello(
  hello: Document,
  request: HelloRequest,
  { names, told, primary }: MemberHelloSpeaker,
  context: Omit<HelloContext, "serviceId">,
): Document {
  const { minWireVersion = 0, maxWireVersion = 0 } = hello;
  const replaced: Document = {
    ...advertisedVersions({ minWireVersion, maxWireVersion }, context.maxWireVersion),
    me: formatHostAddress(told),
    primary: names.told(String(primaryOf(hello, primary))) ?? undefined,
    localTime: context.now,
    connectionId: context.clientId,
    topologyVersion: withLong(hello.topologyVersion, "counter"),
    lastWrite: withLongs(hello.lastWrite),
    ok: new Double(hello.ok),
  };
  const entries = Object.entries(withPrimary(hello)).flatMap(([key, value]): [string, unknown][] => {
    if (key === "isWritablePrimary" || key === "ismaster") return [[wordFor(request), value]];
    if (PERSONAL.has(key) || (key === "helloOk" && !request.helloOk)) return [];
    if (key in replaced) return replaced[key] === undefined ? [] : [[key, replaced[key]]];
    if (LISTS.has(key)) return [[key, names.list(value)]];
    return [[key, typeof value === "string" ? names.reword(value) : value]];
  });
  return {
    ...Object.fromEntries(entries),
    ...request.compressors === null ? {} : { compression: agreedCompressors(request.compressors, context.compressors) },
    ...request.asksMechanisms ? { saslSupportedMechs: [] } : {},
  };
}

/**
 * What others say of themselves comes first: a member that learns who is primary raises no `topologyVersion`, so that what
 * it said last may be of the time before.
 */
function primaryOf(hello: Document, primary: string | null): unknown {
  return isPrimary(hello) ? hello.primary : primary ?? hello.primary;
}

/** With a place for the primary where servers have it, between the state and the address of a member. */
function withPrimary(hello: Document): Document {
  if ("primary" in hello) return hello;
  const entries = Object.entries(hello).map(([key, value]): Document =>
    key === "me" ? { primary: null, me: value } : { [key]: value }
  );
  return Object.assign({}, ...entries);
}

function isPrimary({ isWritablePrimary, ismaster }: Document): boolean {
  return isWritablePrimary === true || ismaster === true;
}

function wordFor({ isHello }: HelloRequest): string {
  return isHello ? "isWritablePrimary" : "ismaster";
}

/** Times of elections are 64-bit integers, of which decoding made numbers. */
function withLongs(lastWrite: Document | undefined): Document | undefined {
  if (lastWrite === undefined) return undefined;
  const { opTime, majorityOpTime } = lastWrite;
  return {
    ...lastWrite,
    ...opTime === undefined ? {} : { opTime: withLong(opTime, "t") },
    ...majorityOpTime === undefined ? {} : { majorityOpTime: withLong(majorityOpTime, "t") },
  };
}

function withLong(document: Document | undefined, key: string): Document | undefined {
  return typeof document?.[key] === "number" ? { ...document, [key]: Long.fromNumber(document[key]) } : document;
}

import { calculateObjectSize, type Document, Double, Long, ObjectId } from "bson";
import type { CompressorName } from "../../codec/op_compressed.ts";
import type { ClientId } from "../event.ts";
import type { VersionedFacade } from "./facade.ts";

/** Largest client metadata document (handshake specification, "Limitations"). */
const MAX_METADATA_BYTES = 512;

/** What a client says in `hello` or `isMaster`, as far as the answer depends on it. */
export interface HelloRequest {
  /** Spelled `hello`; the older spellings are answered with `ismaster`. */
  readonly isHello: boolean;
  readonly helloOk: boolean;
  readonly loadBalanced: boolean;
  readonly asksMechanisms: boolean;
  /** What the client can compress with, in its order; `null` if it said nothing. */
  readonly compressors: readonly string[] | null;
  /** The client's metadata document, in its first `hello`; `null` for one that no server would take. */
  readonly client: Document | null;
  /** The version the client knows, if it wants to wait for another. */
  readonly topologyVersion: { readonly processId: ObjectId; readonly counter: bigint } | null;
  /** How long it would wait, in milliseconds; `null` if it would not. */
  readonly maxAwaitTimeMS: number | null;
}

/** Reads what matters out of the command document. */
export function parseHello(name: string, command: Document): HelloRequest {
  return {
    isHello: name === "hello",
    helloOk: command.helloOk === true,
    loadBalanced: command.loadBalanced === true,
    asksMechanisms: "saslSupportedMechs" in command,
    compressors: Array.isArray(command.compression) ? command.compression.map(String) : null,
    client: isMetadata(command.client) ? command.client : null,
    topologyVersion: parseTopologyVersion(command.topologyVersion),
    maxAwaitTimeMS: typeof command.maxAwaitTimeMS === "number" ||
        command.maxAwaitTimeMS instanceof Long
      ? Number(command.maxAwaitTimeMS)
      : null,
  };
}

/** Who a client says it is in its metadata document, which is as it sent it. */
export function introduction(
  client: Document,
): { readonly application: string | null; readonly driver: string | null } {
  const { application, driver } = client;
  return {
    application: textOf(application?.name),
    driver: [driver?.name, driver?.version].map(textOf).filter((text) => text !== null).join(" ") || null,
  };
}

/** Whether the client already knows this version, so that it may have to wait. */
export function knowsVersion(request: HelloRequest, current: VersionedFacade): boolean {
  const known = request.topologyVersion;
  return known !== null && known.processId.equals(current.processId) &&
    known.counter === current.counter;
}

/** What the reply needs besides the request. */
export interface HelloContext {
  readonly clientId: ClientId;
  readonly now: Date;
  /** What the gateway offers. */
  readonly compressors: readonly CompressorName[];
  /** The newest wire version to tell of; null for the servers' own. */
  readonly maxWireVersion: number | null;
  /** Names this gateway to drivers in load-balanced mode. */
  readonly serviceId: ObjectId;
}

/** The first of the client's compressors that the gateway offers too. */
export function agreedCompressors(
  asked: readonly string[] | null,
  offered: readonly CompressorName[],
): CompressorName[] {
  return (asked ?? []).flatMap((name) => offered.filter((compressor) => compressor === name));
}

/** The reply to `hello`: truthful about versions and limits, silent about what stands behind. */
export function helloReply(
  request: HelloRequest,
  { facade, processId, counter }: VersionedFacade,
  context: HelloContext,
): Document {
  return {
    ...(request.isHello ? { isWritablePrimary: true } : { ismaster: true }),
    ...(request.helloOk ? { helloOk: true } : {}),
    ...(facade.looksLike === "mongos" ? { msg: "isdbgrid" } : {}),
    topologyVersion: { processId, counter: Long.fromBigInt(counter) },
    maxBsonObjectSize: facade.maxBsonObjectSize,
    maxMessageSizeBytes: facade.maxMessageSizeBytes,
    maxWriteBatchSize: facade.maxWriteBatchSize,
    localTime: context.now,
    ...(facade.logicalSessionTimeoutMinutes === null
      ? {}
      : { logicalSessionTimeoutMinutes: facade.logicalSessionTimeoutMinutes }),
    connectionId: context.clientId,
    ...advertisedVersions(facade, context.maxWireVersion),
    readOnly: false,
    ...(request.compressors === null
      ? {}
      : { compression: agreedCompressors(request.compressors, context.compressors) }),
    ...(request.asksMechanisms ? { saslSupportedMechs: [] } : {}),
    ...(request.loadBalanced ? { serviceId: context.serviceId } : {}),
    ok: new Double(1),
  };
}

/** The range of wire versions that clients are told, with `limit` as its upper end if there is one. */
export function advertisedVersions(
  { minWireVersion, maxWireVersion }: { readonly minWireVersion: number; readonly maxWireVersion: number },
  limit: number | null,
): { readonly minWireVersion: number; readonly maxWireVersion: number } {
  if (limit === null) return { minWireVersion, maxWireVersion };
  return { minWireVersion: Math.min(minWireVersion, limit), maxWireVersion: Math.min(maxWireVersion, limit) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null;
}

/** Drivers keep to the limit, so that what is larger is no driver's, and is not to be remembered. */
function isMetadata(value: unknown): value is Document {
  return isDocument(value) && calculateObjectSize(value) <= MAX_METADATA_BYTES;
}

function parseTopologyVersion(value: unknown): HelloRequest["topologyVersion"] {
  if (!isDocument(value)) return null;
  const { processId } = value;
  const counter = integerOf(value.counter);
  return processId instanceof ObjectId && counter !== null ? { processId, counter } : null;
}

function integerOf(value: unknown): bigint | null {
  if (value instanceof Long) return value.toBigInt();
  return Number.isSafeInteger(value) ? BigInt(value as number) : null;
}

import { calculateObjectSize } from "bson";
import type { Document } from "../codec/bson_types.ts";
import type { ClientEnvironment } from "./client_environment.ts";
import { MongoAPIError } from "./error.ts";
import { executionEnvironment } from "./execution_environment.ts";
import { DRIVER_VERSION } from "./version.ts";

/** Who uses the driver: a library that wraps it, or a program. Appended to what the driver says of itself. */
export interface DriverInfo {
  /** Name of the library or program; must not contain `|`. */
  readonly name: string;
  /** Its version; must not contain `|`. */
  readonly version?: string;
  /** What it runs on, if that says more than the driver knows; must not contain `|`. */
  readonly platform?: string;
}

/** What an application adds to the metadata. */
export interface ClientMetadataOptions {
  /** `appName`, at most 128 bytes in UTF-8. */
  readonly appName?: string;
  /** Equal ones count once. */
  readonly driverInfo?: readonly DriverInfo[];
}

/** Servers refuse longer ones ("Limitations" of the handshake specification). */
const MAX_APP_NAME_BYTES = 128;
const MAX_METADATA_BYTES = 512;
const DELIMITER = "|";

/**
 * Builds the `client` document of the first `hello` on a connection, after the handshake specification:
 * application, driver, operating system, platform, and where the process runs. What does not fit
 * into 512 bytes is left out, in the specification's order.
 *
 * Throws `MongoAPIError` if the application's name or the driver information cannot be sent.
 *
 * @example
 * ```ts ignore
 * const client = buildClientMetadata(readClientEnvironment(), { appName: "shop" });
 * ```
 */
export function buildClientMetadata(
  environment: ClientEnvironment,
  options: ClientMetadataOptions = {},
): Document {
  const infos = distinctInfos(options.driverInfo ?? []);
  const env = executionEnvironment(environment);
  const metadata = {
    ...applicationOf(options.appName ?? ""),
    driver: {
      name: joined(["torana", ...infos.map((info) => info.name)]),
      version: joined([DRIVER_VERSION, ...infos.map((info) => info.version)]),
    },
    os: { ...environment.os },
    platform: joined([environment.platform, ...infos.map((info) => info.platform)]),
    ...(env === null ? {} : { env }),
  };
  return fitted(metadata);
}

function applicationOf(appName: string): Document {
  if (appName === "") return {};
  const bytes = new TextEncoder().encode(appName).length;
  if (bytes > MAX_APP_NAME_BYTES) {
    throw new MongoAPIError(
      `The application name has ${bytes} bytes, expected at most ${MAX_APP_NAME_BYTES}`,
    );
  }
  return { application: { name: appName } };
}

function distinctInfos(infos: readonly DriverInfo[]): DriverInfo[] {
  const distinct = new Map<string, DriverInfo>();
  for (const info of infos) {
    const fields = [info.name, info.version ?? "", info.platform ?? ""];
    if (fields.some((field) => field.includes(DELIMITER))) {
      throw new MongoAPIError(`The driver information "${info.name}" must not contain "${DELIMITER}"`);
    }
    const key = fields.join(DELIMITER);
    if (!distinct.has(key)) distinct.set(key, info);
  }
  return [...distinct.values()];
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(DELIMITER);
}

/** Leaves out what the specification says, one step at a time, until the document fits. */
function fitted(metadata: Document): Document {
  const { env, ...withoutEnv } = metadata;
  const os = { type: metadata.os.type };
  const briefEnv = env?.name === undefined ? {} : { env: { name: env.name } };
  const candidates = [
    metadata,
    { ...withoutEnv, ...briefEnv },
    { ...withoutEnv, os, ...briefEnv },
    { ...withoutEnv, os },
  ];
  for (const candidate of candidates) {
    if (calculateObjectSize(candidate) <= MAX_METADATA_BYTES) return candidate;
  }
  return withShortPlatform({ ...withoutEnv, os });
}

function withShortPlatform(metadata: Document): Document {
  const excess = calculateObjectSize(metadata) - MAX_METADATA_BYTES;
  const platform = new TextEncoder().encode(metadata.platform);
  if (excess > platform.length) {
    throw new MongoAPIError(
      `The client metadata has ${
        MAX_METADATA_BYTES + excess - platform.length
      } bytes without a platform, expected at most ${MAX_METADATA_BYTES}; shorten the driver information`,
    );
  }
  return { ...metadata, platform: textWithin(platform, platform.length - excess) };
}

/** The first `length` bytes as text, without a character that is cut in two. */
function textWithin(utf8: Uint8Array, length: number): string {
  let end = length;
  while (end > 0 && (utf8[end]! & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(utf8.subarray(0, end));
}

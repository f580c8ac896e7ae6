import { formatHostAddress, type HostAddress } from "./address.ts";
import { DEFAULT_CLIENT_OPTIONS, type MongoClientOptions } from "./client_options.ts";
import { MongoParseError } from "./error.ts";
import { splitOptions, type UriOption } from "./uri_syntax.ts";

/** A host that an SRV record names. */
export interface SrvRecord {
  /** With or without a trailing dot. */
  readonly target: string;
  /** Where the server listens. */
  readonly port: number;
}

/** What asks DNS. Both give an empty list where the name has no such record, and throw where asking fails. */
export interface SrvResolver {
  /** The SRV records of `name`. */
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
  /** The TXT records of `name`, each as the strings that it is made of. */
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>;
}

/** Asks the system's DNS servers. */
export const systemResolver: SrvResolver = {
  resolveSrv: (name) => orNone(Deno.resolveDns(name, "SRV")),
  resolveTxt: (name) => orNone(Deno.resolveDns(name, "TXT")),
};

async function orNone<T>(records: Promise<T[]>): Promise<T[]> {
  try {
    return await records;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Which SRV records to look up. */
export interface SrvTarget {
  /** The name in the URI. */
  readonly srvHost: string;
  /** The service before it. @default {"mongodb"} */
  readonly srvServiceName?: string;
}

/**
 * Looks up the seeds of a `mongodb+srv` URI, `srvMaxHosts` of them at random if there are more.
 * Throws {@linkcode MongoParseError} if there is none, or one outside the URI's domain.
 */
export async function lookUpSeeds(
  target: SrvTarget & Pick<MongoClientOptions, "srvMaxHosts">,
  resolver: SrvResolver,
  random: () => number,
): Promise<HostAddress[]> {
  const { hosts, strangers } = await lookUpSrv(target, resolver);
  if (strangers.length > 0) {
    throw new MongoParseError(
      `SRV record of ${target.srvHost} names ${strangers[0]}, expected a host below ${domainOf(target.srvHost)}`,
    );
  }
  if (hosts.length === 0) {
    throw new MongoParseError(`No SRV record ${recordName(target)}, expected at least one`);
  }
  const maxHosts = target.srvMaxHosts || hosts.length;
  return hosts.length <= maxHosts ? hosts : shuffle(hosts, random).slice(0, maxHosts);
}

/** The options that a TXT record may set. */
const TXT_OPTIONS = ["authsource", "replicaset", "loadbalanced"];

/** Looks up the default options of a `mongodb+srv` URI. Throws {@linkcode MongoParseError}. */
export async function lookUpTxtOptions(
  srvHost: string,
  resolver: SrvResolver,
): Promise<UriOption[]> {
  const records = await asking(`TXT record of ${srvHost}`, resolver.resolveTxt(srvHost));
  if (records.length > 1) {
    throw new MongoParseError(`${srvHost} has ${records.length} TXT records, expected at most one`);
  }
  const options = splitOptions((records[0] ?? []).join(""));
  const stranger = options.find(({ key }) => !TXT_OPTIONS.includes(key.toLowerCase()));
  if (stranger !== undefined) {
    throw new MongoParseError(
      `TXT record of ${srvHost} sets "${stranger.key}", expected authSource, replicaSet and loadBalanced only`,
    );
  }
  return options;
}

/** What {@linkcode pollSrv} may be given. */
export interface SrvPollOptions {
  /** What asks DNS. @default {systemResolver} */
  readonly resolver?: SrvResolver;
  /** Gets what was wrong, one sentence at a time, for a log. */
  readonly onProblem?: (problem: string) => void;
}

/**
 * Looks up the SRV records again for a running topology (polling SRV records specification). Never throws: hosts
 * outside the domain are left out, and an empty list means that the topology should stay as it is.
 */
export async function pollSrv(
  target: SrvTarget,
  { resolver = systemResolver, onProblem = () => {} }: SrvPollOptions = {},
): Promise<HostAddress[]> {
  try {
    const { hosts, strangers } = await lookUpSrv(target, resolver);
    for (const host of strangers) onProblem(`SRV record of ${target.srvHost} names ${host} outside its domain`);
    if (hosts.length === 0) onProblem(`No usable SRV record ${recordName(target)}`);
    return hosts;
  } catch (error) {
    onProblem(error instanceof Error ? error.message : String(error));
    return [];
  }
}

/** Asks for SRV records and sorts their hosts: those of the domain, and strangers. */
async function lookUpSrv(
  target: SrvTarget,
  resolver: SrvResolver,
): Promise<{ hosts: HostAddress[]; strangers: string[] }> {
  const name = recordName(target);
  const records = await asking(`SRV record ${name}`, resolver.resolveSrv(name));
  const hosts = new Map<string, HostAddress>();
  const strangers: string[] = [];
  for (const record of records) {
    const host = normalize(record.target);
    const address: HostAddress = { kind: "tcp", host, port: record.port };
    if (isOfDomain(host, target.srvHost)) hosts.set(formatHostAddress(address), address);
    else strangers.push(host);
  }
  return { hosts: [...hosts.values()], strangers };
}

function recordName({ srvHost, srvServiceName }: SrvTarget): string {
  return `_${srvServiceName ?? DEFAULT_CLIENT_OPTIONS.srvServiceName}._tcp.${srvHost}`;
}

async function asking<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MongoParseError(`Could not look up the ${what}: ${reason}`, { cause: error });
  }
}

/** A name as it is compared: in lower case, without the root's dot. */
function normalize(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/**
 * The part of the URI's name that hosts must share: all but its first label, or all of it if it has less than three.
 */
function domainOf(srvHost: string): string {
  const labels = normalize(srvHost).split(".");
  return (labels.length < 3 ? labels : labels.slice(1)).join(".");
}

/** A host that only equals the domain is not in it: a name of less than three labels must get at least one more. */
function isOfDomain(host: string, srvHost: string): boolean {
  return host.endsWith(`.${domainOf(srvHost)}`);
}

/** Fisher and Yates's shuffle, in place. */
function shuffle<T>(items: T[], random: () => number): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const index = Math.floor(random() * (last + 1));
    [items[last], items[index]] = [items[index]!, items[last]!];
  }
  return items;
}

import { contenderName } from "../contender.ts";
import { CPU } from "../statistics.ts";
import { type FleetDemand, type FleetPlan, planFleet, type ProxyCost, type ProxyLimits } from "./capacity.ts";
import { decimals, whole } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured } from "./measured.ts";
import { idleMemory } from "./memory_section.ts";

/** The example of the page: every figure is an input. */
const DEMAND: FleetDemand = { hosts: 1000, connectionsPerHost: 50, operationsPerHost: 100, reconnectSeconds: 60 };
const LIMITS: ProxyLimits = { workers: 1, utilisation: 0.6, fileDescriptors: 20_000, upstreamConnections: 100 };
const BACKENDS = ["deno", "epoll"];
/** The dearest operation from so many clients on is planned with. */
const BUSY_CLIENTS = 32;
const KILOBYTES = 1024;

/** What the page on capacity takes from a run. */
export function capacityBlocks(measured: Measured): Record<string, string> {
  const costs = BACKENDS.flatMap((id) => {
    const cost = costOf(measured, id);
    return cost === null ? [] : [{ id, cost, plan: planFleet(cost, DEMAND, LIMITS) }];
  });
  return { costs: costTable(costs), inputs: inputsTable(), plan: planTable(costs) };
}

interface Costed {
  readonly id: string;
  readonly cost: ProxyCost;
  readonly plan: FleetPlan;
}

function costOf(measured: Measured, id: string): ProxyCost | null {
  const busy = measured.sweep("throughput", "mongod", "find");
  const operations = busy.points.filter(({ clients }) => clients >= BUSY_CLIENTS)
    .map((point) => busy.statistics.median(point, id, CPU)).filter(Number.isFinite);
  const connects = measured.sweep("connects", "mongod", "connect");
  const memory = idleMemory(measured.sweep("idle", "mongod", "idle")).find((it) => it.id === id);
  if (operations.length === 0 || memory === undefined || !connects.through.includes(id)) return null;
  return {
    cpuMicrosecondsPerOperation: Math.max(...operations),
    cpuMicrosecondsPerConnection: connects.statistics.median(connects.points[0]!, id, CPU),
    baseMegabytes: memory.megabytes - memory.clients * memory.kilobytes / KILOBYTES,
    kilobytesPerClient: memory.kilobytes,
  };
}

function table(costs: readonly Costed[], rows: readonly (readonly [string, (costed: Costed) => string])[]): string {
  if (costs.length === 0) return "Not measured yet.\n";
  const head = ["One proxy", ...costs.map(({ id }) => contenderName(id))];
  return markdownTable([head, ...rows.map(([name, cell]) => [name, ...costs.map(cell)])], 1);
}

function costTable(costs: readonly Costed[]): string {
  return table(costs, [
    ["CPU µs an operation", ({ cost }) => decimals(cost.cpuMicrosecondsPerOperation, 1)],
    ["CPU µs a new connection", ({ cost }) => decimals(cost.cpuMicrosecondsPerConnection, 1)],
    ["MB without clients", ({ cost }) => whole(cost.baseMegabytes)],
    ["KB a client", ({ cost }) => decimals(cost.kilobytesPerClient, 1)],
  ]);
}

function inputsTable(): string {
  return markdownTable([
    ["Input", "Here"],
    ["hosts", whole(DEMAND.hosts)],
    ["connections a host (processes × their pools)", whole(DEMAND.connectionsPerHost)],
    ["operations a second and host, at the peak", whole(DEMAND.operationsPerHost)],
    ["seconds in which all hosts may reconnect", whole(DEMAND.reconnectSeconds)],
    ["workers of a proxy", whole(LIMITS.workers)],
    ["share of a core's time planned with", decimals(LIMITS.utilisation, 1)],
    ["file descriptors of a proxy", whole(LIMITS.fileDescriptors)],
    ["upstream connections of a proxy", whole(LIMITS.upstreamConnections)],
  ], 1);
}

function planTable(costs: readonly Costed[]): string {
  return table(costs, [
    ["carries operations a second", ({ plan }) => whole(plan.operationsPerProxy)],
    ["carries clients (descriptors)", ({ plan }) => whole(plan.connectionsPerProxy)],
    ["cores for all operations", ({ plan }) => decimals(plan.cores, 2)],
    ["cores while all reconnect, besides", ({ plan }) => decimals(plan.reconnectCores, 2)],
    ["**proxies, one of them spare**", ({ plan }) => `**${whole(plan.proxies)}**`],
    ["clients each while one is missing", ({ plan }) => whole(plan.connectionsEach)],
    ["MB each then", ({ plan }) => whole(plan.megabytesEach)],
    ["upstream connections of all", ({ plan }) => whole(plan.proxies * LIMITS.upstreamConnections)],
  ]);
}

import { repositoryPath } from "../../../tools/import_map.ts";
import type { ClientReport } from "./client_report.ts";
import { pythonEnvironment } from "./python_env.ts";
import { NODE_DRIVER_VERSIONS, PYMONGO_VERSIONS } from "./versions.ts";

/** What a run of a client program is given. */
export interface RunClientOptions {
  readonly compressor?: "snappy" | "zlib" | "zstd";
  /** Names of the checks to run; all by default. */
  readonly only?: readonly string[];
}

/** One unmodified client that can be pointed at an endpoint. */
export interface LiveClient {
  /** Driver and version. */
  readonly name: string;
  /** The compressors that it can have in Deno, where native modules have to come ready to use. */
  readonly compressors: readonly NonNullable<RunClientOptions["compressor"]>[];
  /** The command without its URI. Throws `Error` where this machine cannot run it. */
  command(): Promise<readonly string[]>;
}

/** All clients that the gateway is tested with, the newest first. */
export const LIVE_CLIENTS: readonly LiveClient[] = [
  ...NODE_DRIVER_VERSIONS.map(nodeClient),
  ...PYMONGO_VERSIONS.map(pythonClient),
  { name: "mongosh", compressors: [], command: () => Promise.resolve(denoCommand("mongosh_client.ts")) },
];

function nodeClient(version: string): LiveClient {
  const command = [...denoCommand("node_client.ts"), `--driver=${version}`];
  return {
    name: `mongodb ${version} for Node`,
    compressors: ["snappy", "zlib"],
    command: () => Promise.resolve(command),
  };
}

function pythonClient(version: string): LiveClient {
  return {
    name: `PyMongo ${version}`,
    compressors: ["zstd", "snappy", "zlib"],
    async command() {
      const { python } = await pythonEnvironment(version);
      // -B: leaves no compiled files in the source tree.
      return [python, "-B", programPath("python_client.py")];
    },
  };
}

function denoCommand(program: string): string[] {
  return [Deno.execPath(), "run", "-A", "--no-check", programPath(program)];
}

function programPath(program: string): string {
  return repositoryPath(`tests/live/clients/${program}`);
}

/** Runs a client against an endpoint. Throws `Error` with what it wrote to standard error where it does not report. */
export async function runClient(
  command: readonly string[],
  uri: string,
  { compressor, only = [] }: RunClientOptions = {},
): Promise<ClientReport> {
  const [program = "", ...args] = command;
  const options = [
    ...compressor === undefined ? [] : [`--compressor=${compressor}`],
    ...only.map((name) => `--only=${name}`),
  ];
  const output = await new Deno.Command(program, { args: [...args, uri, ...options], stdin: "null" }).output();
  const decoder = new TextDecoder();
  try {
    return JSON.parse(decoder.decode(output.stdout));
  } catch {
    throw new Error(`The client printed no report: ${decoder.decode(output.stderr).slice(-3000)}`);
  }
}

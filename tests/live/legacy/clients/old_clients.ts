import { repositoryPath } from "../../../../tools/import_map.ts";
import { canonical, type ClientReport } from "../../clients/client_report.ts";
import { runClient } from "../../clients/run_client.ts";
import { libmongoClientCommand } from "./build_libmongo_client.ts";
import { goProgram } from "./go_program.ts";
import { oldPymongoCommand } from "./old_pymongo_env.ts";

/**
 * The newest wire version that a client is told of: 0, that of MongoDB 2.4, makes a client that could do otherwise use
 * the old operations only; or that of the server.
 */
export type Face = 0 | "server";

/** One unmodified client of the time before OP_MSG. */
export interface OldClient {
  /** Driver and version. */
  readonly name: string;
  /** With which of them it does other things. */
  readonly faces: readonly Face[];
  /** Whether its program finds the members of a set from one of them. */
  readonly knowsSets: boolean;
  /** The command without its URI. Throws `Error` where this machine cannot run it. */
  command(): Promise<readonly string[]>;
}

/** The Go driver that most applications in Go used for a decade; it never learned OP_MSG. */
export const MGO: OldClient = { name: "mgo.v2", faces: [0, "server"], knowsSets: true, command: mgoCommand };

/** All clients that are tested. */
export const OLD_CLIENTS: readonly OldClient[] = [
  MGO,
  { name: "PyMongo 2.9", faces: [0], knowsSets: true, command: () => oldPymongoCommand("2.9.5") },
  { name: "PyMongo 3.4", faces: ["server"], knowsSets: true, command: () => oldPymongoCommand("3.4.0") },
  {
    name: "mongodb 2.2 for Node",
    faces: [0, "server"],
    knowsSets: false,
    command: () => Promise.resolve(nodeCommand()),
  },
  { name: "libmongo-client", faces: [0], knowsSets: false, command: libmongoClientCommand },
];

async function mgoCommand(): Promise<string[]> {
  return [await goProgram("mgo", "tests/live/legacy/clients/mgo")];
}

function nodeCommand(): string[] {
  const program = repositoryPath("tests/live/legacy/clients/old_node/client.ts");
  return [Deno.execPath(), "run", "-A", "--no-check", program];
}

/** What servers put before what is wrong with a filter in OP_QUERY, and not before what is wrong with one in `find`. */
const FILTER_OF_OP_QUERY = "Can't canonicalize query :: caused by :: ";

/** Runs a client against an endpoint; its report is free of what differs from run to run. */
export async function runOldClient(client: OldClient, uri: string): Promise<ClientReport> {
  const report = await runClient(await client.command(), uri);
  const text = JSON.stringify(canonical(report)).replaceAll(FILTER_OF_OP_QUERY, "");
  return JSON.parse(text);
}

/** Why this machine cannot run the client; null where it can. */
export async function findObstacle(client: OldClient): Promise<string | null> {
  try {
    await client.command();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

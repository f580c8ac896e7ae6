import { MongoError } from "../error.ts";
import type { ClientCore } from "../operation/client_core.ts";
import { executeOperation } from "../operation/execute_operation.ts";
import type { Document } from "../../codec/bson_types.ts";

/** Most sessions that one `endSessions` may name (sessions specification). */
const BATCH_SIZE = 10_000;

/** Tells a server of the sessions that will not be used again; what goes wrong does not matter, since they expire. */
export async function endServerSessions(core: ClientCore): Promise<void> {
  const ids = core.serverSessions.drain().map((session) => session.id);
  const { topology } = core;
  const readPreference = { mode: "primaryPreferred" } as const;
  if (topology === null || topology.trySelect({ readPreference }) === null) return;
  try {
    for (let start = 0; start < ids.length; start += BATCH_SIZE) {
      await endSome(core, ids.slice(start, start + BATCH_SIZE));
    }
    core.serverSessions.drain();
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
  }
}

async function endSome(core: ClientCore, ids: readonly Document[]): Promise<void> {
  await executeOperation(core, {
    commandName: "endSessions",
    database: "admin",
    kind: "command",
    omitsSession: true,
    readPreference: { mode: "primaryPreferred" },
    command: () => ({ body: { endSessions: ids } }),
    result: () => undefined,
  });
}

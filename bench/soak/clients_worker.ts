/**
 * The thread of the clients. It is asked by messages, one at a time, and answers each by one.
 *
 * @module
 */
import { auditWrites } from "./audit.ts";
import { Breaks } from "./breaks.ts";
import { populate } from "./population.ts";
import { type ClientFigures, Tally } from "./tally.ts";
import type { Endpoint } from "./wire_connection.ts";
import { type LedgerVerdict, WriteLedger } from "./write_ledger.ts";

/** What the thread is asked. */
export type Question =
  | { readonly ask: "come"; readonly size: number; readonly gateway: Endpoint }
  | { readonly ask: "figures" }
  | { readonly ask: "leave" }
  | { readonly ask: "audit"; readonly server: Endpoint };

/** What it answers. */
export type Answer = ClientFigures | LedgerVerdict | null;

const tally = new Tally();
const ledger = new WriteLedger();
const breaks = new Breaks();
let everybody = Promise.resolve();

async function answer(question: Question): Promise<Answer> {
  switch (question.ask) {
    case "come":
      everybody = populate(
        question.size,
        { endpoint: question.gateway, tally, ledger, connections: new Set() },
        breaks,
      );
      return null;
    case "figures":
      return tally.figures();
    case "leave":
      breaks.end();
      await everybody;
      return tally.figures();
    case "audit":
      return await auditWrites(question.server, ledger);
  }
}

/** What this file runs in, which is no window. */
interface WorkerThread {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(message: Answer): void;
}

const thread = globalThis as unknown as WorkerThread;
thread.onmessage = async ({ data }) => thread.postMessage(await answer(data));

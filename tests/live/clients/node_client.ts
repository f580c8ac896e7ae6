/**
 * Drives one MongoDB endpoint with an unmodified Node driver and prints what it saw as one JSON document
 * ({@linkcode ClientReport}).
 *
 * ```sh
 * deno run -A tests/live/clients/node_client.ts mongodb://127.0.0.1:27017/ --driver=7.9.0 --compressor=zlib
 * ```
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";

import { formatReport, runChecks } from "./client_report.ts";
import { adminChecks } from "./node_checks/admin.ts";
import { aggregationChecks } from "./node_checks/aggregation.ts";
import { bulkChecks } from "./node_checks/bulk.ts";
import { compressionChecks } from "./node_checks/compression.ts";
import { concurrencyChecks } from "./node_checks/concurrency.ts";
import { crudChecks } from "./node_checks/crud.ts";
import { cursorChecks } from "./node_checks/cursors.ts";
import { errorChecks } from "./node_checks/errors.ts";
import { fileChecks } from "./node_checks/files.ts";
import { sessionChecks } from "./node_checks/sessions.ts";
import { spreadChecks } from "./node_checks/spread.ts";
import { streamChecks } from "./node_checks/streams.ts";
import { transactionChecks } from "./node_checks/transactions.ts";
import { loadDriver } from "./node_driver.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    driver: { type: "string", default: "7.9.0" },
    compressor: { type: "string", default: "none" },
    database: { type: "string", default: "torana_node" },
    only: { type: "string", multiple: true, default: [] },
  },
});

const checks = {
  ...crudChecks,
  ...bulkChecks,
  ...cursorChecks,
  ...aggregationChecks,
  ...fileChecks,
  ...streamChecks,
  ...transactionChecks,
  ...sessionChecks,
  ...errorChecks,
  ...adminChecks,
  ...concurrencyChecks,
  ...spreadChecks,
  ...compressionChecks,
};

/** The URI with the compressor asked for. */
function withCompressor(uri: string, compressor: string): string {
  if (compressor === "none") return uri;
  const separator = uri.includes("?") ? "&" : uri.endsWith("/") ? "?" : "/?";
  return `${uri}${separator}compressors=${compressor}`;
}

const uri = withCompressor(positionals[0] ?? "mongodb://127.0.0.1:27017/", values.compressor);
const driver = await loadDriver(values.driver, values.compressor);
const client = await driver.connect(uri);
const db = client.db(values.database);
await db.dropDatabase();
const outcomes = await runChecks(checks, { driver, uri, client, db, database: values.database }, {
  only: values.only,
  timeLimitMS: 20_000,
  onEnd: (name, outcome, elapsedMS) =>
    console.error(`${"failure" in outcome ? "FAILED" : "ok"} ${name} (${Math.round(elapsedMS)} ms)`),
});
await db.dropDatabase();
await client.close();
console.log(formatReport({ client: `mongodb ${values.driver}`, checks: outcomes }));
// A check that was given up may have left something running.
process.exit(0);

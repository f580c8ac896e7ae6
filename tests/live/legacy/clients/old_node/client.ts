/**
 * Drives one MongoDB endpoint with an unmodified Node driver of 2018, the last that speaks the old operations, and prints
 * what it saw as one JSON document: `deno run -A client.ts mongodb://127.0.0.1:27017/`.
 *
 * @module
 */
import process from "node:process";
import { formatReport, runChecks } from "../../../clients/client_report.ts";
import { connectOldDriver, OLD_DRIVER_VERSION } from "./old_driver.ts";
import { lastErrorChecks } from "./last_error_checks.ts";
import { readChecks } from "./read_checks.ts";
import { writeChecks } from "./write_checks.ts";

const DATABASE = "torana_old_node";

const { host } = new URL(Deno.args[0] ?? "mongodb://127.0.0.1:27017/");
const db = await connectOldDriver(`mongodb://${host}/${DATABASE}`, 5);
await db.dropDatabase();
const checks = await runChecks({ ...writeChecks, ...lastErrorChecks, ...readChecks }, { db, host }, {
  only: [],
  timeLimitMS: 20_000,
  onEnd: (name, outcome, elapsedMS) =>
    console.error(`${"failure" in outcome ? "FAILED" : "ok"} ${name} (${Math.round(elapsedMS)} ms)`),
});
await db.dropDatabase();
await db.close();
console.log(formatReport({ client: `mongodb ${OLD_DRIVER_VERSION}`, checks }));
// A check that was given up may have left something running.
process.exit(0);

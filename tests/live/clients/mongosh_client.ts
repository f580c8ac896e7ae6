/**
 * Types a script into an unmodified mongosh, connected to one MongoDB endpoint, and prints what it answered as one JSON
 * document ({@linkcode ClientReport}).
 *
 * ```sh
 * deno run -A tests/live/clients/mongosh_client.ts mongodb://127.0.0.1:27017/
 * ```
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";

import { canonical, type ClientReport, formatReport, type Outcome } from "./client_report.ts";
import { MONGOSH_VERSION } from "./versions.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { database: { type: "string", default: "torana_mongosh" } },
});

/** What a person types, with what is kept of an answer that depends on more than the test's own data. */
const SCRIPT: readonly (readonly [line: string, keep?: (answer: string) => unknown])[] = [
  [`use ${values.database}`],
  ["db.dropDatabase().ok"],
  ["db.people.insertOne({ name: 'Ada', born: 1815 })"],
  ["db.people.find()"],
  ["db.people.insertMany(Array.from({ length: 55 }, (_, n) => ({ _id: n, name: 'person ' + n })))"],
  [
    "show dbs",
    (answer) => answer.split("\n").map((line) => line.split(" ")[0]).filter((name) => name === values.database),
  ],
  ["show collections"],
  ["db.people.find({ _id: { $type: 'number' } }).sort({ _id: 1 })"],
  ["it"],
  ["it"],
  ["it"],
  ["db.people.find({ _id: { $gt: 50 } }, { name: 1 }).sort({ _id: -1 }).limit(3)"],
  ["db.people.countDocuments({ _id: { $lt: 10 } })"],
  ["db.people.updateMany({ _id: { $lt: 10 } }, { $set: { young: true } })"],
  ["db.people.findOne({ _id: 3 })"],
  ["db.people.deleteOne({ _id: 54 })"],
  ["db.people.insertOne({ _id: 1 })"],
  ["db.people.createIndex({ name: 1 })"],
  ["db.people.getIndexes()"],
  ["db.people.find({ name: 'person 7' }).explain().queryPlanner.winningPlan.inputStage.stage"],
  ["db.people.find({ name: 'person 7' }).explain('executionStats').executionStats.totalDocsExamined"],
  ["db.people.aggregate([{ $group: { _id: '$young', n: { $sum: 1 } } }, { $sort: { n: 1 } }])"],
  ["db.people.distinct('young')"],
  ["db.stats().objects"],
  ["db.people.stats().count"],
  ["db.version()"],
  ["db.hello().maxBsonObjectSize"],
  ["db.runCommand({ ping: 1 }).ok"],
  ["db.runCommand({ noSuchCommand: 1 })"],
  ["db.people.find({ a: { $noSuchOperator: 1 } })"],
  ["db.people.noSuchMethod()"],
  ["session = db.getMongo().startSession(); 'started'"],
  ["inside = session.getDatabase(db.getName()).people; 'inside'"],
  ["session.startTransaction()"],
  ["inside.insertOne({ _id: 'in transaction' })"],
  ["[inside.countDocuments(), db.people.countDocuments()]"],
  ["session.commitTransaction()", () => "committed"],
  ["db.people.countDocuments()"],
  ["session.startTransaction()"],
  ["inside.deleteMany({})"],
  ["session.abortTransaction()", () => "aborted"],
  ["db.people.countDocuments()"],
  ["session.endSession()"],
  ["cursor = db.people.find({ _id: { $type: 'number' } }).sort({ _id: 1 }).batchSize(5); 'opened'"],
  ["while (cursor.hasNext() && cursor.next()._id < 12); cursor.next()"],
  ["cursor.close()"],
  ["db.people.drop()"],
  ["db.dropDatabase()"],
];

/** What stands before the cursor: `set [primary] test> `, `[mongos] test> `, `test> `. */
const PROMPT = /^(?:(?:[\w-]+ )?\[[^\]\n]+\] )?[\w-]+> /gm;

/** A home without a history, with nothing sent home. */
async function makeHome(): Promise<string> {
  const home = await Deno.makeTempDir({ prefix: "torana-mongosh-" });
  await Deno.mkdir(`${home}/.mongodb/mongosh`, { recursive: true });
  const config = {
    userId: "000000000000000000000000",
    enableTelemetry: false,
    disableGreetingMessage: true,
    updateURL: "",
  };
  await Deno.writeTextFile(`${home}/.mongodb/mongosh/config`, JSON.stringify(config));
  return home;
}

/** Where downloaded packages are, whatever the home folder. */
async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** What mongosh printed for that input. */
async function runMongosh(uri: string, input: string): Promise<string> {
  const home = await makeHome();
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `npm:mongosh@${MONGOSH_VERSION}`, "--norc", uri],
      env: { HOME: home, DENO_DIR: await denoDir(), NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      signal: AbortSignal.timeout(60_000),
    }).spawn();
    const output = new Response(child.stdout).text();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
    return await output;
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** The answers in the order of the script; what comes before the first prompt is mongosh's greeting. */
function outcomes(output: string): Record<string, Outcome> {
  const answers = output.split(PROMPT).slice(1).map((answer) => answer.replaceAll("\r", "").trim());
  return Object.fromEntries(SCRIPT.map(([line, keep], index) => {
    const answer = answers[index];
    const name = `${String(index + 1).padStart(2, "0")} ${line}`;
    if (answer === undefined) return [name, { failure: `No answer; the output ends with: ${output.slice(-300)}` }];
    return [name, { result: canonical(keep === undefined ? answer.split("\n") : keep(answer)) }];
  }));
}

const output = await runMongosh(
  positionals[0] ?? "mongodb://127.0.0.1:27017/",
  SCRIPT.map(([line]) => `${line}\n`).join(""),
);
const report: ClientReport = { client: `mongosh ${MONGOSH_VERSION}`, checks: outcomes(output) };
console.log(formatReport(report));
process.exit(0);

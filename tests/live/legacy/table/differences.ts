import type { Document } from "bson";

/** What may differ between the answers of a 5.0 server and those of torana, and why. */
export type Difference =
  & Place
  & (
    /**
     * `value`: it is there on both sides, of one type. `field`: it may be missing as well. `order`: all is there, in
     * another order.
     */
    | { readonly what: "value" | "field" | "order" }
    /** What matches is taken out of the texts of both sides. */
    | { readonly what: "words"; readonly words: RegExp }
  );

interface Place {
  /** Only in steps whose label this matches; in all by default. */
  readonly steps?: RegExp;
  /** Paths as `describeReply` tells them; `*` is any one key, and what is in a document goes with it. */
  readonly paths: readonly string[];
  readonly reason: string;
}

/** An error that a 6.0 server puts in other words than 5.0, whoever asks it. */
export interface OtherWords {
  /** What brings the error about, in a database where the collection `c` exists. */
  readonly command: Document;
  readonly on50: RegExp;
  readonly on60: RegExp;
}

/** What no two runs have in common, even on one server without torana. */
export const OF_ONE_RUN: readonly Difference[] = [
  {
    paths: ["documents.0.connectionId"],
    what: "value",
    reason: "servers and torana number the connections that they have",
  },
  {
    paths: ["documents.0.localTime", "documents.0.syncMillis", "documents.0.wtime", "documents.0.waited"],
    what: "value",
    reason: "the clock",
  },
  {
    steps: /upserts/,
    paths: ["documents.0.upserted"],
    what: "value",
    reason: "the server makes the id where the selector names none",
  },
  {
    steps: /"(isMaster|ismaster|hello)":1/,
    paths: ["documents.0.topologyVersion.processId", "documents.0.topologyVersion.counter"],
    what: "value",
    reason: "the process that answered, and how often its state has changed",
  },
  {
    steps: /"whatsmyuri":1/,
    paths: ["documents.0.you"],
    what: "value",
    reason: "the port that the client's system chose",
  },
  { steps: /"getnonce":1/, paths: ["documents.0.nonce"], what: "value", reason: "it is random" },
  {
    steps: /"features":1/,
    paths: ["documents.0.oidMachine"],
    what: "value",
    reason: "it is random",
  },
  {
    steps: /"\$?explain":(true|1)/,
    paths: ["documents.0.serverInfo"],
    what: "value",
    reason: "the server that answered",
  },
  {
    steps: /"listCollections":1/,
    paths: ["documents.0.cursor.firstBatch.*.info.uuid"],
    what: "value",
    reason: "every collection gets an id of its own",
  },
  {
    steps: /unknown and killed cursors/,
    paths: ["documents.0.$err"],
    what: "value",
    reason: "the text names the cursor, or the id of its collection",
  },
];

/** What members of a replica set say of the state of the set. */
export const OF_REPLICA_SETS: readonly Difference[] = [
  {
    paths: [
      "documents.0.lastOp",
      "documents.0.opTime",
      "documents.0.electionId",
      "documents.0.operationTime",
      "documents.0.$clusterTime",
      "documents.0.lastCommittedOpTime",
      "documents.0.writtenTo",
    ],
    what: "value",
    reason: "times and terms of the set, and the addresses of its members",
  },
];

/** What torana answers otherwise in front of a replica set, on purpose or since it cannot know. */
export const OF_TORANA_FOR_SETS: readonly Difference[] = [
  {
    steps: /"(getlasterror|ping)":/i,
    paths: ["documents.0.$clusterTime", "documents.0.operationTime"],
    what: "field",
    reason: "torana answers itself, and is no member whose clock there is to tell",
  },
  {
    steps: /"getLastError":/,
    paths: ["documents.0.writtenTo"],
    what: "field",
    reason: "no command tells which members have a write: it is always null",
  },
  {
    steps: /failed commands \/ (9|12|14)\./,
    paths: ["documents.0.lastOp"],
    what: "field",
    reason: "replies tell where a write of documents is in the oplog, that to create does not",
  },
  {
    steps: /"(isMaster|ismaster|hello)":1/,
    paths: ["documents.0"],
    what: "value",
    reason: "clients see one server, which looks like a mongos, in the place of the set",
  },
];

/** What 6.0 itself answers otherwise than 5.0, also to a client that speaks OP_MSG. */
export const OF_60: readonly Difference[] = [
  {
    steps: /(command|message) \{"(insert|update)":"c"/,
    paths: ["documents.0.writeErrors"],
    what: "order",
    reason: "6.0 writes the parts of a duplicate key error in another order",
  },
  {
    steps: /a capped collection's tail \/ 21\./,
    paths: ["documents.0"],
    what: "value",
    reason: "6.0 deletes from capped collections, 5.0 refuses to",
  },
  { steps: /"features":1/, paths: ["documents.0.oidMachine"], what: "field", reason: "6.0 gives it as an int64" },
  {
    steps: /"(isMaster|ismaster|hello)":1/,
    paths: ["documents.0.maxWireVersion"],
    what: "value",
    reason: "6.0 speaks newer versions of the protocol as well",
  },
  { steps: /"(dbStats|collStats)":/, paths: ["documents.0"], what: "value", reason: "6.0 counts other things" },
  {
    steps: /"(buildInfo|buildinfo)":1|"\$?explain":(true|1)/,
    paths: ["documents.0"],
    what: "value",
    reason: "it describes the server",
  },
  {
    steps: /"create":"c"\}|"documents":\[\{"_id":77\}\]/,
    paths: ["documents.0.errmsg"],
    what: "value",
    reason: "see OTHER_WORDS",
  },
];

/** The proof that 6.0 differs from 5.0 where {@linkcode OF_60} says that it has other words. */
export const OTHER_WORDS: readonly OtherWords[] = [
  {
    command: { create: "c" },
    on50: /^Collection already exists. NS: \w+\.c$/,
    on60: /^Collection \w+\.c already exists\.$/,
  },
  {
    command: { insert: "c", documents: [{ _id: 77 }], writeConcern: { w: "noSuchMode" } },
    on50: /'w' mode noSuchMode when/,
    on60: /'w' mode "noSuchMode" when/,
  },
];

/** What old messages lose where torana has to put them in new ones. */
export const OF_TRANSLATION: readonly Difference[] = [
  {
    steps: /"\$explain":(true|1)/,
    paths: ["documents.0.command"],
    what: "value",
    reason: "a plan tells the command that it is for",
  },
  {
    steps: /queries of system collections \/ \d+\. query/,
    paths: ["documents", "numberReturned"],
    what: "field",
    reason: "torana tells the collections and indexes, as servers did before 3.0",
  },
  {
    steps: /pseudo commands \/ \d+\. query/,
    paths: ["documents", "numberReturned"],
    what: "field",
    reason: "torana knows these commands as servers did before 3.2",
  },
  {
    steps: /\. query .*(\.\$x"|\$cmd\.sys\.none")/,
    paths: ["responseFlags", "documents", "numberReturned"],
    what: "field",
    reason: "a find refuses names that no collection can have, an OP_QUERY found nothing there",
  },
];

/** What torana does otherwise on purpose, whatever server is behind it. */
export const OF_TORANA: readonly Difference[] = [
  {
    steps: /hello in between \/ (6|8|10)\./,
    paths: ["documents.0"],
    what: "value",
    reason: "hello and isMaster leave the last error alone, since drivers send them on any connection at any time",
  },
  {
    steps: /(getPrevError and resetError|forceerror) \//,
    paths: ["documents"],
    what: "field",
    reason: "torana knows these commands as servers did that were older than 5.0",
  },
  {
    steps: /inserts into system indexes \//,
    paths: ["documents"],
    what: "field",
    reason: "torana makes indexes of them, as servers did before 3.0",
  },
  {
    steps: /write commands \/ (17|19)\./,
    paths: ["documents.0.n", "documents.0.updatedExisting", "documents.0.upserted"],
    what: "field",
    reason: "a reply to several statements has their sum, where the last error is that of the last",
  },
  {
    steps: /\. query /,
    paths: ["documents.0.$err"],
    what: "words",
    words: /^(Can't canonicalize query|Executor error during find( command)?) :: caused by :: |(?<=value for )\$/g,
    reason: "servers say with which part of an OP_QUERY they fail; of a find they do not tell, or in other words",
  },
  {
    steps: /namespaces that are none \/ 7\./,
    paths: ["documents.0.err"],
    what: "value",
    reason: "a server has other words for it in a command",
  },
  {
    steps: /more documents than one command takes \//,
    paths: ["documents"],
    what: "field",
    reason: "torana makes several commands of them, where 5.0 refuses them all",
  },
  {
    steps: /"authenticate":1/,
    paths: ["documents.0.errmsg", "documents.0.code", "documents.0.codeName"],
    what: "field",
    reason: "nobody logs in to a gateway that is logged in itself",
  },
];

/** What 4.4 and older servers answer otherwise than torana, which answers as 5.0. */
export const OF_44: readonly Difference[] = [
  {
    steps: /"writeConcern":\{"w":0\}\}$/,
    paths: ["documents.0.n"],
    what: "field",
    reason: "a write that waits for nothing told nothing",
  },
];

/** What 4.2 and older servers answer otherwise than torana, which answers as 5.0. */
export const OF_42: readonly Difference[] = [
  ...OF_44,
  {
    steps: /"getlasterror":/i,
    paths: ["documents.0.writeConcern", "documents.0.ns", "documents.0.index"],
    what: "field",
    reason: "it did not tell what it waited for, nor where there was a duplicate key",
  },
  {
    steps: /"getLastError":1,("w":(-1|51)|"comment":"text")\}/,
    paths: ["documents"],
    what: "field",
    reason: "it had no bounds for w, and knew no comment",
  },
  {
    steps: /"(isMaster|ismaster)":1/,
    paths: ["documents.0.topologyVersion"],
    what: "field",
    reason: "it could not be asked to wait for changes",
  },
  { steps: /"hello":1/, paths: ["documents"], what: "field", reason: "it was called isMaster only" },
  { steps: /"mapreduce":"c"/i, paths: ["documents.0.timeMillis"], what: "value", reason: "the clock" },
];

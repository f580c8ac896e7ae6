import { KeyTable } from "./bson_key_table.ts";

/**
 * What a command is about. `write` changes data or the catalogue, users included; `admin` looks at or changes a server
 * or a cluster; `handshake` sets up a connection; `session` is about sessions, transactions or a connection's last
 * error.
 */
export type CommandKind = "read" | "write" | "admin" | "handshake" | "session";

/**
 * Where a command names its collection: the value of its first key, its `collection` field, its `ns` field inside the
 * first key's document, the first key of the command inside the first key's document (`explain`), or nowhere.
 */
export type CollectionPlace = "value" | "field" | "ns" | "nested" | "none";

/** What is known of a command from its name alone. */
export interface CommandTraits {
  /** The canonical spelling; of an unknown command the name as it was sent. */
  readonly name: string;
  /** What it is about; `write` for an unknown command. */
  readonly kind: CommandKind;
  /** Where it names its collection. */
  readonly collectionIn: CollectionPlace;
  /** The reply may carry a cursor that stays open. */
  readonly opensCursor: boolean;
  /** A read preference other than `primary` counts; without it the command goes to the primary anyway. */
  readonly mayUseSecondary: boolean;
  /** May travel as OP_COMPRESSED; what carries secrets may not. */
  readonly compressible: boolean;
  /** Writes documents, which `getLastError` tells of on servers that have it. */
  readonly setsLastError: boolean;
  /** Leaves what `getLastError` tells as it is, where others make it older. */
  readonly keepsLastError: boolean;
  /** Which of the specifications on retries covers it, if any. */
  readonly retryable: "read" | "write" | null;
  /** False for a name that is not in the table. */
  readonly isKnown: boolean;
}

type Traits = Omit<CommandTraits, "name">;

const NONE: Traits = {
  kind: "admin",
  collectionIn: "none",
  opensCursor: false,
  mayUseSecondary: false,
  compressible: true,
  setsLastError: false,
  keepsLastError: false,
  retryable: null,
  isKnown: true,
};
const READ: Traits = { ...NONE, kind: "read", collectionIn: "value", mayUseSecondary: true };
const WRITE: Traits = { ...NONE, kind: "write", collectionIn: "value" };
const CATALOGUE: Traits = { ...NONE, kind: "write" };
const NODE: Traits = { ...NONE, mayUseSecondary: true };
const SECRET: Traits = { ...NONE, compressible: false };
const SESSION: Traits = { ...NONE, kind: "session" };

/**
 * Commands by what they have in common; a name's aliases follow it after bars. The server compares names exactly.
 * From the server's reference and, for what it no longer has, its older versions.
 */
const GROUPS: readonly (readonly [Traits, string])[] = [
  // Reads of one collection.
  [{ ...READ, opensCursor: true, retryable: "read" }, "find aggregate listIndexes"],
  [{ ...READ, retryable: "read" }, "count distinct"],
  [{ ...READ, opensCursor: true }, "parallelCollectionScan repairCursor"],
  [READ, "mapReduce|mapreduce geoNear geoSearch text planCacheListPlans planCacheListFilters"],
  [READ, "planCacheListQueryShapes collStats|collstats validate indexStats storageDetails analyzeShardKey"],
  [{ ...READ, collectionIn: "ns" }, "group"],
  [{ ...READ, collectionIn: "nested" }, "explain"],
  // The cursor decides where these go.
  [{ ...READ, collectionIn: "field", opensCursor: true, mayUseSecondary: false }, "getMore"],
  [{ ...READ, mayUseSecondary: false }, "killCursors"],
  // Reads of a database or a server.
  [{ ...READ, collectionIn: "none", opensCursor: true, retryable: "read" }, "listCollections"],
  [{ ...READ, collectionIn: "none", opensCursor: true }, "checkMetadataConsistency"],
  [{ ...READ, collectionIn: "none", retryable: "read" }, "listDatabases"],
  [{ ...READ, collectionIn: "none" }, "dbStats|dbstats dbHash|dbhash dataSize|datasize filemd5 medianKey"],

  // Writes to one collection.
  [{ ...WRITE, setsLastError: true, retryable: "write" }, "insert update delete findAndModify|findandmodify"],
  [{ ...CATALOGUE, opensCursor: true, retryable: "write" }, "bulkWrite"],
  [WRITE, "create createIndexes drop dropIndexes|deleteIndexes collMod convertToCapped reIndex"],
  [WRITE, "emptycapped captrunc godinsert cloneCollectionAsCapped compactStructuredEncryptionData"],
  [WRITE, "cleanupStructuredEncryptionData"],
  [WRITE, "createSearchIndexes updateSearchIndex dropSearchIndex cleanupOrphaned"],
  // Changes to a database, to several, or to users and roles.
  [CATALOGUE, "dropDatabase renameCollection|renamecollection applyOps doTxn repairDatabase clone cloneCollection"],
  [CATALOGUE, "eval|$eval dropAllUsersFromDatabase dropUser"],
  [CATALOGUE, "grantRolesToUser revokeRolesFromUser createRole updateRole dropRole dropAllRolesFromDatabase"],
  [CATALOGUE, "grantPrivilegesToRole revokePrivilegesFromRole grantRolesToRole revokeRolesFromRole"],
  [CATALOGUE, "invalidateUserCache authSchemaUpgrade appendOplogNote setFeatureCompatibilityVersion"],
  [CATALOGUE, "setDefaultRWConcern setClusterParameter setUserWriteBlockMode setIndexCommitQuorum"],
  [CATALOGUE, "setAllowMigrations setQuerySettings removeQuerySettings"],
  [{ ...CATALOGUE, compressible: false }, "createUser updateUser copydb"],

  // The handshake. The compression specification names what must not be compressed.
  [{ ...SECRET, kind: "handshake", mayUseSecondary: true, keepsLastError: true }, "hello isMaster|ismaster"],
  [{ ...SECRET, kind: "handshake" }, "saslStart saslContinue getnonce authenticate"],
  [SECRET, "copydbgetnonce copydbSaslStart|copydbsaslstart"],

  // Sessions, transactions and what a connection remembers.
  [{ ...SESSION, retryable: "write" }, "commitTransaction abortTransaction"],
  [SESSION, "startSession refreshSessions endSessions killSessions killAllSessions killAllSessionsByPattern"],
  [SESSION, "prepareTransaction coordinateCommitTransaction logout"],
  [
    { ...SESSION, keepsLastError: true },
    "getLastError|getlasterror getPrevError|getpreverror resetError|reseterror forceerror",
  ],

  // Of one server, whichever the client asks.
  [NODE, "ping buildInfo|buildinfo connectionStatus whatsmyip features hostInfo serverStatus top getLog"],
  [NODE, "getCmdLineOpts getParameter getClusterParameter listCommands connPoolStats shardConnPoolStats lockInfo"],
  [NODE, "cursorInfo netstat availableQueryOptions|availablequeryoptions driverOIDTest isdbgrid usersInfo rolesInfo"],
  [NODE, "getDefaultRWConcern getFreeMonitoringStatus currentOp logApplicationMessage splitVector sleep"],
  [NODE, "replSetGetStatus replSetGetConfig replSetGetRBID replSetFreeze replSetMaintenance replSetSyncFrom"],
  [NODE, "killOp profile fsync fsyncUnlock setParameter logRotate rotateCertificates configureFailPoint"],
  [NODE, "waitForFailPoint diagLogging journalLatencyTest validateDBMetadata dropConnections"],
  [NODE, "reapLogicalSessionCacheNow startTrafficRecording stopTrafficRecording connPoolSync|connpoolsync"],
  [{ ...NODE, collectionIn: "value" }, "planCacheClear planCacheClearFilters planCacheSetFilter compact touch"],
  [NONE, "shutdown closeAllDatabases setFreeMonitoring resync clean"],
  // Administration of a replica set.
  [NONE, "replSetInitiate replSetReconfig replSetStepDown replSetTest replSetResizeOplog"],
  [NONE, "replSetAbortPrimaryCatchUp replSetTestEgress"],
  // Administration of a sharded cluster.
  [NONE, "addShard|addshard removeShard|removeshard listShards|listshards enableSharding|enablesharding"],
  [NONE, "shardCollection|shardcollection addShardToZone removeShardFromZone updateZoneKeyRange split splitChunk"],
  [NONE, "moveChunk|movechunk moveRange mergeChunks mergeAllChunksOnShard clearJumboFlag movePrimary|moveprimary"],
  [NONE, "balancerStart balancerStop balancerStatus balancerCollectionStatus configureCollectionBalancing"],
  [NONE, "flushRouterConfig|flushrouterconfig getShardMap getShardVersion shardingState checkShardingIndex"],
  [NONE, "refineCollectionShardKey reshardCollection abortReshardCollection commitReshardCollection"],
  [NONE, "cleanupReshardCollection moveCollection abortMoveCollection unshardCollection abortUnshardCollection"],
  [NONE, "transitionFromDedicatedConfigServer transitionToDedicatedConfigServer configureQueryAnalyzer"],
  [NONE, "startShardDraining stopShardDraining commitShardRemoval shardDrainingStatus unsetSharding setShardVersion"],
  [NONE, "repairShardedCollectionChunksHistory"],
];

function rows(): [string, CommandTraits][] {
  return GROUPS.flatMap(([traits, names]) =>
    names.split(" ").flatMap((spellings) => {
      const aliases = spellings.split("|");
      const row: CommandTraits = { name: aliases[0]!, ...traits };
      return aliases.map((alias): [string, CommandTraits] => [alias, row]);
    })
  );
}

const ROWS = rows();
const BY_NAME: ReadonlyMap<string, CommandTraits> = new Map(ROWS);

/** The rows by the bytes of each spelling. */
export const COMMAND_NAMES: KeyTable<CommandTraits> = new KeyTable(ROWS);

/** Every command of the table once. */
export const COMMANDS: readonly CommandTraits[] = [...new Set(BY_NAME.values())];

/**
 * Gives the row of a command by any of its spellings. One that the table has not gets a row of its own: taken for a
 * write, so for the primary, but a read preference that comes with it counts.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { commandTraits } from "@torana/mongo/codec";
 *
 * assertEquals(commandTraits("findandmodify").name, "findAndModify");
 * ```
 */
export function commandTraits(name: string): CommandTraits {
  return BY_NAME.get(name) ?? { ...WRITE, name, mayUseSecondary: true, isKnown: false };
}

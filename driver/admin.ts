import type { Document } from "../codec/bson_types.ts";
import type { Db } from "./db.ts";
import { withFields } from "./crud/command_body.ts";
import { type CollectionScope, operationSettings, readOperation } from "./crud/collection_scope.ts";
import type { CommandOperationOptions } from "./crud/crud_options.ts";
import { executeOperation } from "./operation/execute_operation.ts";
import type { RunCommandOptions } from "./operation/run_command.ts";

/** Options of `listDatabases`. */
export interface ListDatabasesOptions extends CommandOperationOptions {
  /** Which databases to give. */
  readonly filter?: Document;
  /** Give names alone, which asks less of the server. */
  readonly nameOnly?: boolean;
  /** Give those only that the user may use. */
  readonly authorizedDatabases?: boolean;
}

/** What a server lists. */
export interface ListDatabasesResult extends Document {
  /** The databases; sizes in bytes. */
  readonly databases: readonly {
    readonly name: string;
    readonly sizeOnDisk?: number;
    readonly empty?: boolean;
  }[];
  /** Bytes of all of them; absent with `nameOnly`. */
  readonly totalSize?: number;
}

/** What concerns a server or a deployment as a whole; of the database `admin`. */
export class Admin {
  readonly #db: Db;
  readonly #scope: CollectionScope;

  /**
   * `Db.admin` makes it.
   *
   * @internal
   */
  constructor(db: Db) {
    this.#db = db;
    this.#scope = { client: db.client, database: db.databaseName, collection: null, settings: db.settings };
  }

  /** Runs a command; see `Db.command`. */
  command(command: Document, options: RunCommandOptions = {}): Promise<Document> {
    return this.#db.command(command, options);
  }

  /** Says which server this is, and how it was built. */
  buildInfo(options: RunCommandOptions = {}): Promise<Document> {
    return this.command({ buildInfo: 1 }, options);
  }

  /** The same as {@linkcode Admin.buildInfo}. */
  serverInfo(options: RunCommandOptions = {}): Promise<Document> {
    return this.buildInfo(options);
  }

  /** Says how the server does. */
  serverStatus(options: RunCommandOptions = {}): Promise<Document> {
    return this.command({ serverStatus: 1 }, options);
  }

  /** Says whether the server answers. */
  ping(options: RunCommandOptions = {}): Promise<Document> {
    return this.command({ ping: 1 }, options);
  }

  /** Says how the replica set does. */
  replSetGetStatus(options: RunCommandOptions = {}): Promise<Document> {
    return this.command({ replSetGetStatus: 1 }, options);
  }

  /** Removes a user of the database `admin`. */
  async removeUser(username: string, options: RunCommandOptions = {}): Promise<boolean> {
    await this.command({ dropUser: username }, options);
    return true;
  }

  /** Checks a collection of the database `admin` for damage. Rejects with `MongoServerError` if the server cannot. */
  validateCollection(
    collectionName: string,
    options: RunCommandOptions & { readonly background?: boolean } = {},
  ): Promise<Document> {
    const { background, ...more } = options;
    return this.command(withFields({ validate: collectionName }, { background }), more);
  }

  /** Lists the databases of the deployment. */
  listDatabases(options: ListDatabasesOptions = {}): Promise<ListDatabasesResult> {
    const { filter, nameOnly, authorizedDatabases, comment, signal } = options;
    const { readConcern: _none, ...operation } = readOperation(this.#scope, options, {
      commandName: "listDatabases",
      command: () => ({
        body: withFields({ listDatabases: 1 }, { filter, nameOnly, authorizedDatabases, comment }),
      }),
      result: (reply) => reply as ListDatabasesResult,
    });
    const { timeoutMS } = operationSettings(this.#scope, options);
    return executeOperation(this.#db.client.core, operation, { signal, timeoutMS });
  }
}

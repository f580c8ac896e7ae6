import type { Document } from "../codec/bson_types.ts";
import { MongoInvalidArgumentError } from "./error.ts";
import type { MongoClient } from "./mongo_client.ts";
import { type InheritedOptions, inheritSettings, type OperationSettings } from "./operation/operation_settings.ts";
import { runCommand, type RunCommandOptions } from "./operation/run_command.ts";

/** What a database may be told; the rest is its client's. */
export type DbOptions = InheritedOptions;

/** A database of a {@linkcode MongoClient}. */
export class Db {
  /** The client that the database is of. */
  readonly client: MongoClient;
  /** The name of the database. */
  readonly databaseName: string;
  /**
   * What collections inherit.
   *
   * @internal
   */
  readonly settings: OperationSettings;

  /**
   * {@linkcode MongoClient.db} makes databases. Throws `MongoInvalidArgumentError` for a name that no database can have.
   *
   * @internal
   */
  constructor(client: MongoClient, name: string, options: DbOptions = {}) {
    checkDatabaseName(name);
    this.client = client;
    this.databaseName = name;
    this.settings = inheritSettings(client.core.settings, options);
  }

  /** The same as {@linkcode Db.databaseName}. */
  get namespace(): string {
    return this.databaseName;
  }

  /**
   * Runs a command and gives its reply. It goes to the primary unless the options say otherwise, and is not sent again
   * unless a server is overloaded. Rejects with `MongoServerError` on `ok: 0`.
   */
  command(command: Document, options: RunCommandOptions = {}): Promise<Document> {
    return runCommand(this.client.core, this.databaseName, command, options);
  }
}

function checkDatabaseName(name: string): void {
  if (name === "") throw new MongoInvalidArgumentError("Database name is empty, expected at least one character");
  const wrong = /[ .$/\\\0]/.exec(name);
  if (wrong === null || name === "$external") return;
  throw new MongoInvalidArgumentError(`Database name contains ${JSON.stringify(wrong[0])}, which no name may`);
}

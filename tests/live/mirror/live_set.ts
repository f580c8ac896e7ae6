import type { Document } from "bson";
import { type MongodVersion, startStandalone, type TestServer } from "../../support/mongod.ts";
import { until } from "../../support/mongod/wait.ts";
import { CommandFailedError, WireClient } from "../../support/wire_client.ts";

/** What a member is in its set's configuration, besides its number and address. */
export type MemberSettings = Document;

const SET_NAME = "torana";
/** Elections within seconds instead of ten and more. */
const SETTINGS = { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500 };

/** A running replica set whose configuration a test has in its hands. */
export class LiveSet implements AsyncDisposable {
  readonly servers: readonly TestServer[];

  private constructor(servers: readonly TestServer[]) {
    this.servers = servers;
  }

  /** Starts one server for each of `members`, and makes a set of them. */
  static async start(version: MongodVersion | undefined, members: readonly MemberSettings[]): Promise<LiveSet> {
    const args = ["--replSet", SET_NAME, "--oplogSize", "64"];
    const started = await Promise.allSettled(members.map(() => startStandalone({ version, args })));
    const set = new LiveSet(started.flatMap((result) => result.status === "fulfilled" ? [result.value] : []));
    const failure = started.find((result) => result.status === "rejected");
    try {
      if (failure !== undefined) throw failure.reason;
      const config = { _id: SET_NAME, version: 1, settings: SETTINGS, members: set.#members(members) };
      await set.admin(0, { replSetInitiate: config });
      await set.untilAllAreThere();
      return set;
    } catch (error) {
      await set[Symbol.asyncDispose]();
      throw error;
    }
  }

  get uri(): string {
    return `mongodb://${this.host(0)}/?replicaSet=${SET_NAME}`;
  }

  /** The address of a member, as the set's configuration has it. */
  host(index: number): string {
    const { host, port } = this.servers[index]!;
    return `${host}:${port}`;
  }

  /** Runs a command on a member itself. Throws `CommandFailedError`. */
  async run(index: number, database: string, command: Document): Promise<Document> {
    using client = await WireClient.connect(this.servers[index]!);
    return await client.command(database, command);
  }

  /** Runs a command of the database `admin`. Throws `CommandFailedError`. */
  admin(index: number, command: Document): Promise<Document> {
    return this.run(index, "admin", command);
  }

  /** Waits until there is a primary, and gives its number. */
  primary(except?: number): Promise<number> {
    return until("there is a primary", async () => {
      for (const index of this.servers.keys()) {
        if (index !== except && (await this.#hello(index))?.ismaster === true) return index;
      }
      return null;
    });
  }

  /** Waits until every server is a member in service. */
  async untilAllAreThere(): Promise<void> {
    await until("all members are in service", async () => {
      const hellos = await Promise.all([...this.servers.keys()].map((index) => this.#hello(index)));
      return hellos.every((hello) => hello?.ismaster || hello?.secondary || hello?.arbiterOnly) || null;
    });
  }

  /** Changes the set's configuration by way of its primary. */
  async reconfigure(change: (config: Document) => Document): Promise<void> {
    await until("the configuration is changed", async () => {
      const primary = await this.primary();
      const { config } = await this.admin(primary, { replSetGetConfig: 1 });
      try {
        await this.admin(primary, { replSetReconfig: { ...change(config!), version: config!.version + 1 } });
        return true;
      } catch (error) {
        // The primary is another, or the last configuration has not reached everybody yet.
        if (error instanceof CommandFailedError) return null;
        throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  #members(settings: readonly MemberSettings[]): Document[] {
    return settings.map((member, _id) => ({ _id, host: this.host(_id), ...member }));
  }

  /** Null while the member is away. */
  async #hello(index: number): Promise<Document | null> {
    try {
      return await this.admin(index, { isMaster: 1 });
    } catch (error) {
      if (error instanceof CommandFailedError) throw error;
      return null;
    }
  }
}

import type { Document } from "bson";
import type { DriverClient, DriverUnderTest } from "./driver_interface.ts";
import type { TopologyRecord } from "./entity_map.ts";
import { EVENTS, isSensitive, type ObservedEvent } from "./observed_event.ts";
import { clientUri } from "./client_uri.ts";

/** A line that a client logged. */
export interface ObservedLogMessage {
  readonly level: string;
  readonly component: string;
  readonly data: Document;
}

/** A client of the driver under test, and all that it told of itself. */
export class ClientEntity {
  readonly client: DriverClient;
  readonly logMessages: ObservedLogMessage[] = [];
  readonly #events: ObservedEvent[] = [];
  readonly #ignoredCommands: ReadonlySet<string>;
  readonly #showsSensitive: boolean;
  readonly #waiters = new Set<() => void>();
  #topology: TopologyRecord = { type: "Unknown", primary: null };
  #checkedOut = 0;
  #readyConnections = 0;
  #isObserving = true;

  /** What a file says of a client, and the URI of the deployment that it is for. */
  constructor(driver: DriverUnderTest, uri: string, definition: Document) {
    const { uriOptions, serverApi, observeEvents = [], observeLogMessages } = definition;
    this.#ignoredCommands = new Set(["configureFailPoint", ...definition.ignoreCommandMonitoringEvents ?? []]);
    this.#showsSensitive = definition.observeSensitiveCommands === true;
    this.client = new driver.MongoClient(clientUri(uri, uriOptions ?? {}), {
      ...without(driver.clientOptions, Object.keys(uriOptions ?? {})),
      monitorCommands: true,
      ...serverApi === undefined ? {} : { serverApi },
      ...observeLogMessages === undefined ? {} : this.#logOptions(observeLogMessages),
    });
    this.#watch();
    for (const name of observeEvents) this.#observe(name);
  }

  /** What was told so far, oldest first. */
  get events(): readonly ObservedEvent[] {
    return this.#events;
  }

  get checkedOut(): number {
    return this.#checkedOut;
  }

  get readyConnections(): number {
    return this.#readyConnections;
  }

  /** The deployment as the client last saw it. */
  get topology(): TopologyRecord {
    return this.#topology;
  }

  /** Forgets what was told: the case begins now. */
  forget(): void {
    this.#events.length = 0;
    this.logMessages.length = 0;
  }

  /** Nothing that is told from now on counts. */
  stopObserving(): void {
    this.#isObserving = false;
  }

  /** Resolves when `holds` does, asked again with each event. Throws `Error` saying `what` was waited for. */
  async until(what: string, holds: () => boolean, timeoutMS = 10_000): Promise<void> {
    if (holds()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`Gave up waiting for ${what} after ${timeoutMS} ms`)), timeoutMS);
    const waiter = () => {
      if (holds()) resolve();
    };
    this.#waiters.add(waiter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  #watch(): void {
    this.client.on("connectionCheckedOut", () => this.#changed(() => this.#checkedOut++));
    this.client.on("connectionCheckedIn", () => this.#changed(() => this.#checkedOut--));
    this.client.on("connectionReady", () => this.#changed(() => this.#readyConnections++));
    this.client.on("topologyDescriptionChanged", ({ newDescription }) => {
      this.#changed(() => this.#topology = topologyRecord(newDescription));
    });
  }

  #observe(name: string): void {
    const known = EVENTS[name];
    if (known === undefined) throw new Error(`Unknown event ${name}`);
    this.client.on(known.driverName, (event) => {
      if (!this.#isObserving || (known.type === "command" && this.#isIgnored(event))) return;
      this.#changed(() => this.#events.push({ name, type: known.type, event }));
    });
  }

  #isIgnored(event: Document): boolean {
    if (this.#ignoredCommands.has(event.commandName)) return true;
    return !this.#showsSensitive && isSensitive(event);
  }

  #changed(change: () => void): void {
    change();
    for (const waiter of [...this.#waiters]) waiter();
  }

  #logOptions(severities: Document): Document {
    const write = ({ s, c, t: _time, ...data }: Document) => {
      if (this.#isObserving) this.logMessages.push({ level: s, component: c, data });
    };
    return {
      mongodbLogPath: { write },
      mongodbLogComponentSeverities: severities,
      mongodbLogMaxDocumentLength: 1250,
    };
  }
}

/** What a file says wins. */
function without(options: Document, names: readonly string[]): Document {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

function topologyRecord(description: Document): TopologyRecord {
  const servers: Iterable<Document> = description.servers.values();
  const primary = [...servers].find(({ type }) => type === "RSPrimary");
  return { type: description.type, primary: primary === undefined ? null : String(primary.address) };
}

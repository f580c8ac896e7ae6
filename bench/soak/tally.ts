import { WrongReplyError } from "./wire_connection.ts";

/** What the clients did so far. */
export interface ClientFigures {
  /** Connected now. */
  readonly clients: number;
  /** That ever came. */
  readonly came: number;
  readonly operations: number;
  /** What failed, by kind. */
  readonly errors: Readonly<Record<string, number>>;
  /** Replies that cannot be, by kind. */
  readonly wrong: Readonly<Record<string, number>>;
}

/** Messages with numbers in them would be a kind each. */
const MAX_KINDS = 20;

/** Counts what the clients do. */
export class Tally {
  clients = 0;
  came = 0;
  operations = 0;
  readonly #errors = new Map<string, number>();
  readonly #wrong = new Map<string, number>();

  /** Notes what ended a client's life before its time. */
  fail(error: unknown): void {
    const kinds = error instanceof WrongReplyError ? this.#wrong : this.#errors;
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const kind = kinds.has(said) || kinds.size < MAX_KINDS ? said : "others";
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }

  figures(): ClientFigures {
    const { clients, came, operations } = this;
    return {
      clients,
      came,
      operations,
      errors: Object.fromEntries(this.#errors),
      wrong: Object.fromEntries(this.#wrong),
    };
  }
}

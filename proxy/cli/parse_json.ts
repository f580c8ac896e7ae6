/** A JSON value; objects are maps, so that no key is special. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** What is wrong in a JSON text and where, both from 1; the message has nothing of the text. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";

  constructor(message: string, readonly line: number, readonly column: number) {
    super(message);
  }
}

/**
 * Reads JSON (RFC 8259). Unlike `JSON.parse` it tells line and column of a fault and never quotes the text around it,
 * which may be a password, and it refuses an object that has a key twice. Throws {@linkcode JsonSyntaxError}.
 */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text).document();
}

/** More makes no sense in a configuration, and less cannot exhaust the stack. */
const MAX_DEPTH = 100;
// deno-lint-ignore no-control-regex -- JSON allows none of them within a string
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

class JsonReader {
  readonly #text: string;
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    // A byte order mark is what some editors begin a file with.
    this.#text = text.replace(/^\uFEFF/, "");
  }

  document(): JsonValue {
    const value = this.#value();
    if (this.#position < this.#text.length) throw this.#fault("Expected the end of the text");
    return value;
  }

  #value(): JsonValue {
    this.#take(SPACE);
    if (this.#depth > MAX_DEPTH) throw this.#fault(`Expected at most ${MAX_DEPTH} levels`);
    const value = this.#startsWith("{") ? this.#object() : this.#startsWith("[") ? this.#array() : this.#scalar();
    this.#take(SPACE);
    return value;
  }

  #scalar(): JsonValue {
    const token = this.#take(STRING) ?? this.#take(NUMBER) ?? this.#take(WORD);
    if (token !== null) return JSON.parse(token);
    throw this.#fault(
      this.#startsWith('"') ? "Expected a string that ends on its line, with right escapes" : "Expected a JSON value",
    );
  }

  #array(): JsonValue[] {
    const items: JsonValue[] = [];
    this.#list("]", () => items.push(this.#value()));
    return items;
  }

  #object(): JsonObject {
    const object = new Map<string, JsonValue>();
    this.#list("}", () => {
      const key = this.#newKey(object);
      this.#take(SPACE);
      if (!this.#startsWith(":")) throw this.#fault('Expected ":"');
      this.#position++;
      object.set(key, this.#value());
    });
    return object;
  }

  #newKey(object: JsonObject): string {
    const start = this.#position;
    const token = this.#take(STRING);
    if (token === null) throw this.#fault("Expected a key in double quotes");
    const key: string = JSON.parse(token);
    if (!object.has(key)) return key;
    this.#position = start;
    throw this.#fault("Expected a key that is not there already");
  }

  /** Reads from the bracket that opens to the one that closes. */
  #list(close: string, readItem: () => void): void {
    this.#position++;
    this.#depth++;
    this.#take(SPACE);
    for (let isFirst = true; !this.#startsWith(close); isFirst = false) {
      if (!isFirst) this.#comma(close);
      readItem();
      this.#take(SPACE);
    }
    this.#position++;
    this.#depth--;
  }

  #comma(close: string): void {
    if (!this.#startsWith(",")) throw this.#fault(`Expected "," or "${close}"`);
    this.#position++;
    this.#take(SPACE);
  }

  #startsWith(character: string): boolean {
    return this.#text[this.#position] === character;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#position;
    const token = pattern.exec(this.#text)?.[0] ?? null;
    this.#position += token?.length ?? 0;
    return token;
  }

  #fault(message: string): JsonSyntaxError {
    const lines = this.#text.slice(0, this.#position).split("\n");
    return new JsonSyntaxError(message, lines.length, lines.at(-1)!.length + 1);
  }
}

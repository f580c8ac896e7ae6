import { MongoParseError } from "./error.ts";

/** A connection string taken apart, nothing in it interpreted yet. */
export interface UriParts {
  readonly scheme: "mongodb" | "mongodb+srv";
  /** Null where there is no `@`: an empty name is a name too. */
  readonly username: string | null;
  readonly password: string | null;
  /** As written, percent-encoded; at least one. */
  readonly hosts: readonly string[];
  readonly database: string | null;
  readonly options: readonly UriOption[];
}

/** One `key=value` of a connection string; the value is still percent-encoded. */
export interface UriOption {
  readonly key: string;
  readonly value: string;
}

const SHAPE = "mongodb://user:password@host:port,host:port/database?option=value";

/** Takes a connection string apart after its specification. Throws {@linkcode MongoParseError}. */
export function splitUri(uri: string): UriParts {
  const scheme = /^(mongodb(?:\+srv)?):\/\//.exec(uri);
  if (scheme === null) {
    throw new MongoParseError(
      'Invalid scheme of a connection string, expected it to start with "mongodb://" or "mongodb+srv://"',
    );
  }
  // The authority ends at the first slash or question mark; the slash may be left out.
  const match = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(uri.slice(scheme[0].length))!;
  const [, authority = "", database = "", query = ""] = match;
  refuseStrayAt(authority, database, query);
  const at = authority.lastIndexOf("@");
  return {
    scheme: scheme[1] as UriParts["scheme"],
    ...splitUserinfo(at < 0 ? null : authority.slice(0, at)),
    hosts: splitHosts(authority.slice(at + 1)),
    database: database === "" ? null : decodeDatabase(database),
    options: splitOptions(query),
  };
}

/** Splits `key=value&key=value`, as in a connection string or a TXT record. Throws {@linkcode MongoParseError}. */
export function splitOptions(query: string): UriOption[] {
  const options: UriOption[] = [];
  for (const [index, pair] of query.split("&").entries()) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    if (equals <= 0) {
      throw new MongoParseError(`Option ${index + 1} is incomplete, expected option=value`);
    }
    options.push({ key: decode(pair.slice(0, equals), "an option's name"), value: pair.slice(equals + 1) });
  }
  return options;
}

/** Decodes percent-encoding. Throws {@linkcode MongoParseError} that names the place and not the text. */
export function decode(text: string, place: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MongoParseError(
      `Invalid percent-encoding in ${place}, expected "%" to be written as %25`,
    );
  }
}

/** An unescaped slash or question mark in a password moves its `@` out of the authority. */
function refuseStrayAt(authority: string, database: string, query: string): void {
  if (authority.includes("@")) return;
  if (database.includes("@") || /^[^=&]*@/.test(query)) {
    throw new MongoParseError(
      `User name and password must be percent-encoded ("/" as %2F, "?" as %3F), expected ${SHAPE}`,
    );
  }
}

function splitUserinfo(text: string | null): Pick<UriParts, "username" | "password"> {
  if (text === null) return { username: null, password: null };
  const [username, password, ...rest] = text.split(":");
  if (text.includes("@") || rest.length > 0) {
    throw new MongoParseError(
      `User name and password must be percent-encoded ("@" as %40, ":" as %3A), expected ${SHAPE}`,
    );
  }
  return {
    username: decode(username ?? "", "the user name"),
    password: password === undefined ? null : decode(password, "the password"),
  };
}

function splitHosts(text: string): string[] {
  if (text === "") {
    throw new MongoParseError(
      `Missing host, expected ${SHAPE}; a unix socket's path must be percent-encoded, such as %2Ftmp%2Fmongodb-27017.sock`,
    );
  }
  return text.split(",");
}

function decodeDatabase(text: string): string {
  const database = decode(text, "the database name");
  const forbidden = /[/\\ "$]/.exec(database);
  if (forbidden !== null) {
    throw new MongoParseError(`Character ${JSON.stringify(forbidden[0])} is not allowed in a database name`);
  }
  return database;
}

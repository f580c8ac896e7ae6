import {
  FLAG_GROUPS,
  FLAG_KEYS,
  type FlagKey,
  flagName,
  flagOf,
  isAllowedIn,
  LISTEN_KEY,
  variableName,
} from "./flags.ts";

const INTRODUCTION = `torana stands between MongoDB clients and a deployment, and shares a few connections among them.

Usage: torana [FLAGS] ADDRESS=URI [ADDRESS=URI]...
       torana [FLAGS] --mirror=URI

  ADDRESS  where clients connect: host:port, :port, [IPv6]:port, or a unix socket's path
  URI      a MongoDB connection string; maxPoolSize, minPoolSize and the like in it rule the connections to each
           server, and label=NAME names the listener in the log
  With --mirror clients see a replica set instead of one server: every member has a listener of its own.

  Several pairs may stand in one argument with "|" or a newline between them. \${NAME} is replaced by that environment
  variable. Without pairs they come from ${variableName(LISTEN_KEY)}, or from "${LISTEN_KEY}" in the file of --config.

Every flag may be written with one dash or two, and given as the environment variable below it or, by its name in
camelCase, in the file of --config. The command line goes first, then the environment, then the file.
`;

const EXAMPLES = `Examples:

  One listener on every interface, at most 20 connections to each server:
    torana ":27016=mongodb://localhost:27017/?maxPoolSize=20&label=orders"
  Two listeners, one on a unix socket; the password from the environment:
    TORANA_PASSWORD=... torana --username=app --unlink :27016=mongodb://db1/ /run/torana.sock=mongodb://db2/
  The members of a replica set, each with a port:
    torana --mirror="mongodb://db1,db2/?replicaSet=rs" --ports=6000-6010 --advertise=proxy.example.com
  All from a file:
    torana --config=torana.json, with {"listen": {":27016": "mongodb://localhost"}, "logLevel": "warn"}
  See what would be run:
    torana --check-config --config=torana.json
`;

const INDENT = 6;
const WIDTH = 100;

/** What `--help` prints. */
export function helpText(): string {
  const groups = FLAG_GROUPS.map((group) => {
    const flags = FLAG_KEYS.filter((key) => flagOf(key).group === group).map(describeFlag);
    return `${group}:\n\n${flags.join("\n")}`;
  });
  return [INTRODUCTION, ...groups, EXAMPLES].join("\n");
}

/** A flag with its placeholder, as in `--max-clients=NUMBER`. */
export function flagUsage(key: FlagKey): string {
  const { placeholder } = flagOf(key).kind;
  return `--${flagName(key)}${placeholder === "" ? "" : `=${placeholder}`}`;
}

/** The default as it is shown; null for flags that are off or empty without being given. */
export function defaultText(key: FlagKey): string | null {
  const { default: byDefault, kind } = flagOf(key);
  return byDefault === false || kind.format(byDefault) === "" ? null : kind.format(byDefault);
}

function describeFlag(key: FlagKey): string {
  const byDefault = defaultText(key);
  const variable = isAllowedIn(key, "environment") ? [variableName(key)] : [];
  const facts = [...variable, ...(byDefault === null ? [] : [`default ${byDefault}`])].join(", ");
  const lines = [...wrap(flagOf(key).help), ...(facts === "" ? [] : [facts])];
  return `  ${flagUsage(key)}\n${lines.map((line) => `${" ".repeat(INDENT)}${line}\n`).join("")}`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < WIDTH - INDENT) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * Writes `docs/flags.md` from the table of flags: `deno run -A tools/flags_page.ts`.
 *
 * @module
 */
import {
  FLAG_GROUPS,
  FLAG_KEYS,
  type FlagKey,
  flagOf,
  isAllowedIn,
  LISTEN_KEY,
  variableName,
} from "../proxy/cli/flags.ts";
import { defaultText, flagUsage } from "../proxy/cli/help.ts";
import { repositoryPath } from "./import_map.ts";

/** The page, relative to the repository. */
export const FLAGS_PAGE = "docs/flags.md";

const INTRODUCTION = `# Flags

\`torana [FLAGS] ADDRESS=URI [ADDRESS=URI]...\`, or \`torana [FLAGS] --mirror=URI\` ([the mirror](mirror.md)), or both

- \`ADDRESS\` is where clients connect: \`host:port\`, \`:port\`, \`[IPv6]:port\`, or a unix socket's path (anything with a
  slash). Port 0 lets the system choose; the \`listening\` line of the log tells the port.
- \`URI\` is a MongoDB connection string. \`maxPoolSize\`, \`minPoolSize\`, \`maxIdleTimeMS\`, \`maxConnecting\` and
  \`waitQueueTimeoutMS\` in it rule the connections to each server; \`label=NAME\` names the listener in the log, and
  \`maxWireVersion=NUMBER\` is \`--advertised-wire-version\` for it alone ([old clients](legacy.md)). \`readPreference\`,
  \`readConcernLevel\`, \`w\`, \`journal\`, \`retryReads\`, \`retryWrites\`, \`socketTimeoutMS\` and \`zlibCompressionLevel\` have no
  effect: each client says for itself what it wants.
- Several pairs may stand in one argument, with \`|\` or a newline between them. Without pairs they come from
  \`${variableName(LISTEN_KEY)}\`, or from \`${LISTEN_KEY}\` in the file.
- \`\${NAME}\` in a flag, a pair or the file is replaced by that environment variable, which must be set. Write \`%24%7B\`
  for \`\${\` in a URI.
- A flag has one dash or two, and its value after \`=\` or as the next argument; an underscore in its name is as good as a
  dash. A switch is on by itself; \`--ping=false\` turns it off.
- Times are written as \`500ms\`, \`30s\`, \`5m\` or \`1h30m\`; a bare number is milliseconds.
- The command line goes before the environment, the environment before the file, the file before the defaults.
`;

const REST = `## File

\`--config=FILE\` reads one JSON object with the keys of the tables above, and the pairs:

\`\`\`json
{
  "listen": {
    ":27016": "mongodb://app:\${DB_PASSWORD}@db1,db2,db3/?replicaSet=rs0&maxPoolSize=20&label=orders",
    "/run/torana/reports.sock": "mongodb://db4/?directConnection=true"
  },
  "logLevel": "warn",
  "maxClients": 5000,
  "drainTimeout": "1m"
}
\`\`\`

\`ports\` may be a list there (\`[6000, "6005-6010"]\`), and \`map\` an object (\`{"db1:27017": ":6000"}\`).

\`--check-config\` prints what was understood, without passwords.

## Passwords

Other users of a machine can read the arguments of a program, so set \`TORANA_PASSWORD\`, or write \`\${NAME}\` into the URI
and quote it from the shell; in a URI a password must be percent-encoded, in \`TORANA_PASSWORD\` it stands as it is. No
password is logged or printed; but \`deno task\` prints its command line before the program starts, unless it is called as
\`deno task --quiet\`.

## Coming from mongobetween

The same command line works with the program's name changed. What differs:

- \`-statsd\`, \`-dynamic\`, \`-enable-sdam-metrics\` and \`-enable-sdam-logging\` are refused with a message; changes of
  servers are always logged.
- \`-network unixpacket\` is refused: clients need stream sockets.
- An unset \`\${NAME}\` is an error instead of an empty text.
- An address with a slash is a unix socket whatever the network is.

## Coming from dvara

The same command line works with the program's name changed; [the mirror](mirror.md#coming-from-dvara) tells which of
its flags mean what, and which have no effect.

## Signals and exit codes

SIGINT and SIGTERM stop accepting, let work in flight end for \`--drain-timeout\`, and end with 0. A second one ends at
once, with 130 (SIGINT) or 143 (SIGTERM). 1: a listener cannot be opened, or with \`--ping\` a deployment does not answer.
2: a flag, a variable, the file or a URI is wrong.
`;

/** The page as it should be. */
export function flagsPage(): string {
  const groups = FLAG_GROUPS.map((group) => {
    const rows = FLAG_KEYS.filter((key) => flagOf(key).group === group).map(rowOf);
    return `## ${group}\n\n${table([["Flag", "Environment", "File", "Default", "Meaning"], ...rows])}`;
  });
  return [INTRODUCTION, ...groups, REST].join("\n");
}

function rowOf(key: FlagKey): string[] {
  const byDefault = defaultText(key);
  return [
    code(flagUsage(key)),
    isAllowedIn(key, "environment") ? code(variableName(key)) : "",
    isAllowedIn(key, "file") ? code(key) : "",
    byDefault === null ? "" : code(byDefault),
    flagOf(key).help,
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) await Deno.writeTextFile(repositoryPath(FLAGS_PAGE), flagsPage());

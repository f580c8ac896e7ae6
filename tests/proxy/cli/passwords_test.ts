import { assertEquals } from "@std/assert";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { answerTo } from "../../../proxy/cli/run_program.ts";

/** A password that no message may have, in any writing; its words stand between what must be escaped in a URI. */
const WORDS = ["sesame", "grotto", "thieves"];
const SEPARATORS = [
  "@",
  ":",
  "/",
  "?",
  "#",
  "%",
  "|",
  "=",
  "&",
  ",",
  " ",
  "\n",
  "${",
  "[",
  "\\",
  '"',
  "%2",
  "@/",
  ":@",
  "?x=",
];

interface Run {
  readonly args: string[];
  readonly env?: Record<string, string>;
  readonly file?: string;
}

/** Everything that the program would print or log. */
function outputOf({ args, env = {}, file = "" }: Run): string {
  try {
    const answer = answerTo({ args, env, readFile: () => file });
    return typeof answer === "string" ? answer : answer.warnings.join("\n");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Every way in which a password gets into the program, right and wrong ones. */
function waysOf(password: string): Run[] {
  const encoded = encodeURIComponent(password);
  const twice = encodeURIComponent(encoded);
  const check = "--check-config";
  const uris = [password, encoded, twice].flatMap((text) => [
    `mongodb://user:${text}@host/db`,
    `mongodb://user:${text}@host:port/db?a=b`,
    `mongodb://user:${text}@`,
    `mongodb://user:${text}`,
    `mongodb://:${text}@host`,
    `mongodb://user:${text}@host/?authMechanism=PLAIN&x`,
    `mongodb://user:${text}@host/?authMechanism=MONGODB-X509`,
    `mongodb+srv://user:${text}@host.example.com:1`,
    `mongodb://host/?proxyPassword=${text}`,
    `mongodb://host/?tlsCertificateKeyFilePassword=${text}`,
    `mongodb://k@host/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:${text}`,
    `user:${text}@host`,
    `http://user:${text}@host`,
  ]);
  return [
    ...uris.flatMap((uri) => [
      { args: [check, `:1=${uri}`] },
      { args: [check, `:1=${uri}|:1=${uri}`] },
      { args: [check, uri] },
      { args: [check, `bad=${uri}`] },
      { args: [check], env: { TORANA_LISTEN: `:1=${uri}` } },
      { args: [check, "--config=f"], file: JSON.stringify({ listen: { ":1": uri } }) },
      { args: [check, "--config=f"], file: `{"listen": {":1": "${uri}"}` },
      { args: [check, ":1=${URI}"], env: { URI: uri } },
      { args: [check, `--mirror=${uri}`] },
      { args: [check, "--mirror", uri, "--workers=2"] },
      { args: [check, "--ports=1", uri] },
      { args: [check, `-addrs=${uri}`] },
      { args: [check, "-addrs", `h1,${uri}`] },
      { args: [check], env: { TORANA_MIRROR: uri } },
      { args: [check, "--config=f"], file: JSON.stringify({ mirror: uri }) },
      { args: [check, "--config=f"], file: JSON.stringify({ mirror: [uri] }) },
    ]),
    ...[password, encoded].flatMap((text) => [
      { args: [check, `--password=${text}`, ":1=mongodb://u@h"] },
      { args: [check, "--password", text, ":1=mongodb://h"] },
      { args: [check, "--password", ":1=mongodb://h", text] },
      { args: [`-p${text}`] },
      { args: ["-p", text] },
      { args: [check, ":1=mongodb://u@h"], env: { TORANA_PASSWORD: text } },
      { args: [check, ":1=mongodb://u@h/?authMechanism=MONGODB-X509"], env: { TORANA_PASSWORD: text } },
      { args: [check, "--config=f", ":1=mongodb://u@h"], file: JSON.stringify({ password: text }) },
      { args: [check, "--config=f", ":1=mongodb://u@h"], file: JSON.stringify({ password: [text] }) },
      { args: [check, "--config=f", ":1=mongodb://u@h"], file: `{"password": ${text}}` },
    ]),
  ];
}

for (const separator of SEPARATORS) {
  const password = WORDS.join(separator);
  Deno.test(`answerTo() shows no part of the password ${JSON.stringify(password)}`, () => {
    const leaks = waysOf(password)
      .map((run) => ({ run, output: outputOf(run) }))
      .filter(({ output }) => output === "" || WORDS.some((word) => output.includes(word)));
    assertEquals(leaks, []);
  });
}

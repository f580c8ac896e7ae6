/** One test or one step of a test, as `deno test --junit-path` writes it down. */
export interface JunitCase {
  readonly file: string;
  /** A step's name begins with its test's name and ` > `. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

const CASE = /<testcase name="(?<name>[^"]*)" classname="(?<file>[^"]*)"[^>]*>(?<body>.*?)<\/testcase>/gs;

/** Reads the cases of a JUnit file that Deno wrote. */
export function parseJunit(xml: string): JunitCase[] {
  return [...xml.matchAll(CASE)].map(({ groups: { name = "", file = "", body = "" } = {} }) => ({
    file: unescape(file),
    name: unescape(name),
    outcome: body.includes("<failure ") ? "failed" : body.includes("<skipped/>") ? "skipped" : "passed",
  }));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };

function unescape(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (entity, code?: string, name?: string) => {
    return code === undefined ? ENTITIES[name ?? ""] ?? entity : String.fromCodePoint(Number(code));
  });
}

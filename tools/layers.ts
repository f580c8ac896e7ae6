/**
 * Checks that imports go one way, codec → driver → proxy, and that the codec neither waits nor touches the outside:
 * `deno run -A tools/layers.ts`.
 *
 * @module
 */
import { repositoryPath } from "./import_map.ts";

interface Layer {
  /** Layers that it may import, itself among them. */
  readonly layers: readonly string[];
  /** Packages and built-in modules that it may import. */
  readonly packages: RegExp;
  /** What its code must not contain. */
  readonly forbidden: readonly RegExp[];
}

const STD = "@std/(?:bytes|cli|log)";

const LAYERS: Readonly<Record<string, Layer>> = {
  codec: {
    layers: ["codec"],
    packages: /^(?:bson|@std\/bytes|node:zlib)$/,
    forbidden: [/\bDeno\./, /\bawait\b/, /\basync\b/, /\bset(?:Timeout|Interval|Immediate)\b/, /\bqueueMicrotask\b/],
  },
  driver: {
    layers: ["codec", "driver"],
    packages: new RegExp(`^(?:bson|${STD}|node:(?:buffer|crypto|net|timers|tls|zlib))$`),
    forbidden: [/\bconsole\./],
  },
  proxy: {
    layers: ["codec", "driver", "proxy"],
    packages: new RegExp(`^(?:bson|${STD}|node:(?:buffer|crypto|net|timers|tls|zlib))$`),
    forbidden: [],
  },
};

/** Lists what is wrong in the tree below `root`, one line each; nothing where all is well. */
export async function findLayerFaults(root: string): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, layer] of Object.entries(LAYERS)) {
    for await (const path of sourceFiles(root, name)) {
      const source = await Deno.readTextFile(`${root}/${path}`);
      faults.push(...importFaults(path, name, layer, source), ...codeFaults(path, name, layer, source));
    }
  }
  return faults;
}

async function* sourceFiles(root: string, folder: string): AsyncGenerator<string> {
  for await (const entry of readFolder(`${root}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourceFiles(root, path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}

async function* readFolder(path: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * `import … from "x"`, `export … from "x"` and `import "x"`, which the formatter puts at the start of a line;
 * `import("x")`.
 */
const IMPORTS = [
  /^(?:import|export)\b(?:[^"'`;]*?\bfrom)?\s*["'](?<specifier>[^"'\n]+)["']/gm,
  /\bimport\s*\(\s*["'`](?<specifier>[^"'`\n]+)["'`]/g,
];

function importFaults(path: string, name: string, layer: Layer, source: string): string[] {
  const code = withoutComments(source);
  return IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)])
    .map(({ groups }) => groups?.specifier ?? "")
    .filter((specifier) => !isAllowed(path, specifier, layer))
    .map((specifier) => `${path}: ${name} must not import ${specifier}`);
}

function isAllowed(path: string, specifier: string, layer: Layer): boolean {
  if (!specifier.startsWith(".")) return layer.packages.test(specifier);
  const target = new URL(specifier, `file:///root/${path}`).pathname.split("/");
  return target[1] === "root" && layer.layers.includes(target[2] ?? "");
}

function codeFaults(path: string, name: string, { forbidden }: Layer, source: string): string[] {
  const code = withoutStrings(withoutComments(source));
  return forbidden.flatMap((pattern) => {
    const found = pattern.exec(code);
    return found === null ? [] : [`${path}: ${name} must not use ${found[0]}`];
  });
}

/** Strings are matched too, so that a `//` inside of one is not taken for a comment. */
const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

function withoutComments(source: string): string {
  return source.replaceAll(STRING_OR_COMMENT, (text) => text.startsWith("/") ? " " : text);
}

/** A template may hold code, and stays. */
function withoutStrings(code: string): string {
  return code.replaceAll(STRING_OR_COMMENT, (text) => text.startsWith("`") ? text : '""');
}

if (import.meta.main) {
  const faults = await findLayerFaults(repositoryPath(""));
  for (const fault of faults) console.error(fault);
  Deno.exit(faults.length === 0 ? 0 : 1);
}

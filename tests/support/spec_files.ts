/** One JSON file of a specification suite. */
export interface SpecFile {
  /** Relative to the suite's folder, with `/` between the parts. */
  readonly path: string;
  readonly json: unknown;
}

/** Reads all JSON files below `folder`, sorted by path; none where the folder is missing. */
export function specFiles(folder: string): SpecFile[] {
  return jsonPaths(folder, "").sort().map((path) => ({
    path,
    json: JSON.parse(Deno.readTextFileSync(`${folder}/${path}`)),
  }));
}

function jsonPaths(folder: string, prefix: string): string[] {
  return entries(folder).flatMap((entry) => {
    if (entry.isDirectory) return jsonPaths(`${folder}/${entry.name}`, `${prefix}${entry.name}/`);
    return entry.name.endsWith(".json") ? [prefix + entry.name] : [];
  });
}

function entries(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The path of a `file:` URL. */
export function fromFileUrl(url: URL): string {
  return decodeURIComponent(url.pathname);
}

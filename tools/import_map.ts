/** The import map that stands in for JSR, relative to the repository. */
export const FALLBACK_IMPORT_MAP = "tools/jsr_fallback.json";

/** The `deno` arguments with which a child process resolves imports as this process does. */
export function importMapArgs(): string[] {
  const usesFallback = import.meta.resolve("@std/assert").startsWith("file:");
  return usesFallback ? [`--import-map=${repositoryPath(FALLBACK_IMPORT_MAP)}`] : [];
}

/** The absolute path of a file of the repository. */
export function repositoryPath(relative: string): string {
  return decodeURIComponent(new URL(`../${relative}`, import.meta.url).pathname);
}

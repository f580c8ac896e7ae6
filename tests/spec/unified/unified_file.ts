import { EJSON } from "bson";
import { type SpecFile, specFiles } from "../../support/spec_files.ts";
import { specsFolder } from "../../support/spec_suite.ts";
import type { UnifiedFile } from "./test_format.ts";

/** A file of the unified test format, and where it lies. */
export interface LocatedFile {
  /** Relative to the folder of all specifications. */
  readonly path: string;
  readonly file: UnifiedFile;
}

/** Reads those files below `suite` that are of the unified test format, sorted by path. */
export function unifiedFiles(suite: string): LocatedFile[] {
  return specFiles(`${specsFolder()}/${suite}`).filter(isUnified).map(({ path, json }) => ({
    path: `${suite}/${path}`,
    file: EJSON.deserialize(json as Record<string, unknown>, { relaxed: true }) as UnifiedFile,
  }));
}

function isUnified({ json }: SpecFile): boolean {
  return typeof json === "object" && json !== null && "schemaVersion" in json;
}

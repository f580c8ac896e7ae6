/** `major.minor.patch`; what is missing is 0, what comes after it does not count. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The newest version of the test format that the runner knows. */
export const NEWEST_SCHEMA: Version = [1, 28, 0];

/** Reads `1`, `1.2`, `1.2.3` and `1.2.3-rc4`. Throws `Error` for anything else. */
export function parseVersion(text: string): Version {
  const parts = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/.exec(text);
  if (parts === null) throw new Error(`Not a version: ${JSON.stringify(text)}`);
  return [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
}

/** Less than 0 where `a` is older than `b`, 0 where they are the same. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Throws `Error` for a test file that the runner must not run. */
export function assertSchemaVersion(text: string): void {
  const version = parseVersion(text);
  if (version[0] === NEWEST_SCHEMA[0] && compareVersions(version, NEWEST_SCHEMA) <= 0) return;
  throw new Error(`The schema version is ${text}, expected 1.0 to ${NEWEST_SCHEMA.slice(0, 2).join(".")}`);
}

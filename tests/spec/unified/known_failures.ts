/** Cases that the driver is known to fail, by name or by the path of their file, with the reason. */
export const KNOWN_FAILURES: Readonly<Record<string, string>> = {};

/** Cases that the driver is known to fail, by name or by the path of their file, with the reason. */
export const KNOWN_FAILURES: Readonly<Record<string, string>> = {
  "retryable-writes/tests/unified/bulkWrite.json: First insertOne is never committed":
    "a network error that ends a bulk write does not tell what was written before",
};

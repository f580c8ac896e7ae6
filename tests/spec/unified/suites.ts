/** The folders with cases of the unified test format that the driver is run against, by specification. */
export const SUITES: readonly string[] = [
  "causal-consistency",
  "change-streams",
  "client-backpressure",
  "collection-management",
  "command-logging-and-monitoring",
  "crud",
  "gridfs",
  "index-management",
  "load-balancers",
  "mongodb-handshake",
  "read-write-concern",
  "retryable-reads",
  "retryable-writes",
  "run-command",
  "server-discovery-and-monitoring",
  "sessions",
  "transactions",
  "transactions-convenient-api",
  "unified-test-format/tests/valid-fail",
  "unified-test-format/tests/valid-pass",
  "versioned-api",
];

/** Cases of these take their time, so that one deployment has to do. */
export const SLOW_SUITES: ReadonlySet<string> = new Set(["client-backpressure", "server-discovery-and-monitoring"]);

/** Cases of this folder are right if the runner finds them failing. */
export const FAILING_SUITE = "unified-test-format/tests/valid-fail/";

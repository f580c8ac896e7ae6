const ANSWERS = "the gateway answers where a load balancer would drop the connection";

/** Cases that the driver is known to fail, by name or by the path of their file, with the reason. */
export const KNOWN_FAILURES: Readonly<Record<string, string>> = {
  "load-balancers/tests/cursors.json: pinned connections are not returned after an network error during getMore":
    ANSWERS,
  "load-balancers/tests/cursors.json: pinned connections are returned after a network error during a killCursors request":
    ANSWERS,
  "load-balancers/tests/cursors.json: pinned connections are not returned to the pool after a non-network error on getMore":
    "a cursor is closed by an error of getMore, not by its user",
  "load-balancers/tests/event-monitoring.json: poolClearedEvent events include serviceId": ANSWERS,
  "load-balancers/tests/transactions.json: pinned connection is released after a transient network CRUD error": ANSWERS,
  "load-balancers/tests/transactions.json: pinned connection is released after a transient network commit error":
    ANSWERS,
  "load-balancers/tests/transactions.json: pinned connection is released after a transient network abort error":
    ANSWERS,
  "retryable-writes/tests/unified/bulkWrite.json: First insertOne is never committed":
    "a network error that ends a bulk write does not tell what was written before",
};

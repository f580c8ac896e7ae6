import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { ServerSessionPool } from "../../../driver/session/server_session_pool.ts";

const MINUTE = 60_000;
const TIMEOUT_MINUTES = 30;

Deno.test("ServerSessionPool gives the session used last", () => {
  const pool = new ServerSessionPool();
  const [a, b] = [pool.acquire(TIMEOUT_MINUTES, 0), pool.acquire(TIMEOUT_MINUTES, 0)];
  assertNotEquals(a.id, b.id);
  pool.release(a, TIMEOUT_MINUTES, 0);
  pool.release(b, TIMEOUT_MINUTES, 0);
  assertStrictEquals(pool.acquire(TIMEOUT_MINUTES, 0), b);
  assertStrictEquals(pool.acquire(TIMEOUT_MINUTES, 0), a);
});

Deno.test("ServerSessionPool forgets sessions that expire within a minute", () => {
  const pool = new ServerSessionPool();
  const old = pool.acquire(TIMEOUT_MINUTES, 0);
  pool.release(old, TIMEOUT_MINUTES, 0);
  assertStrictEquals(pool.acquire(TIMEOUT_MINUTES, 29 * MINUTE), old);
  pool.release(old, TIMEOUT_MINUTES, 29 * MINUTE + 1);
  assertEquals(pool.size, 0);
  const fresh = pool.acquire(TIMEOUT_MINUTES, 29 * MINUTE + 1);
  assertNotEquals(fresh.id, old.id);
});

Deno.test("ServerSessionPool lets go of the expired when one comes back", () => {
  const pool = new ServerSessionPool();
  const [a, b] = [pool.acquire(TIMEOUT_MINUTES, 0), pool.acquire(TIMEOUT_MINUTES, 0)];
  pool.release(a, TIMEOUT_MINUTES, 0);
  b.lastUse = 40 * MINUTE;
  pool.release(b, TIMEOUT_MINUTES, 40 * MINUTE);
  assertEquals(pool.drain(), [b]);
});

Deno.test("ServerSessionPool keeps sessions for ever where servers do", () => {
  const pool = new ServerSessionPool();
  const session = pool.acquire(null, 0);
  pool.release(session, null, 1e9);
  assertStrictEquals(pool.acquire(null, 1e9), session);
});

Deno.test("ServerSessionPool does not take a dirty session", () => {
  const pool = new ServerSessionPool();
  const session = pool.acquire(TIMEOUT_MINUTES, 0);
  session.isDirty = true;
  pool.release(session, TIMEOUT_MINUTES, 0);
  assertEquals(pool.size, 0);
});

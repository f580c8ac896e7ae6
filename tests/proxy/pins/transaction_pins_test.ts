import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { TransactionPins } from "../../../proxy/pins/transaction_pins.ts";
import { transactionPin } from "../support/pins.ts";

Deno.test("TransactionPins finds a session's transaction by its number", () => {
  const pins = new TransactionPins(10);
  const pin = transactionPin({ session: "a", txnNumber: 7n });
  pins.add(pin);
  assertStrictEquals(pins.find("a", 7n), pin);
  assertStrictEquals(pins.current("a"), pin);
  assertEquals([pins.find("a", 8n), pins.find("a", null), pins.find("b", 7n), pins.current("b")], [
    null,
    null,
    null,
    null,
  ]);
  assert(pin.group.transactions.has(pin));
});

Deno.test("TransactionPins.delete removes that pin, not its successor", () => {
  const pins = new TransactionPins(10);
  const [first, second] = [transactionPin(), transactionPin({ txnNumber: 2n })];
  pins.add(first);
  assert(pins.delete(first));
  pins.add(second);
  assert(!pins.delete(first));
  assertStrictEquals(pins.current("session"), second);
  assertEquals([pins.size, first.group.transactions.size], [1, 0]);
});

Deno.test("TransactionPins makes room by the transaction that was used least recently", () => {
  const pins = new TransactionPins(2);
  const [first, second, third] = ["a", "b", "c"].map((session) => transactionPin({ session })) as [
    ReturnType<typeof transactionPin>,
    ReturnType<typeof transactionPin>,
    ReturnType<typeof transactionPin>,
  ];
  pins.add(first);
  pins.add(second);
  pins.touch(first, 3);
  assertStrictEquals(pins.add(third), second);
  assertEquals([pins.size, first.usedAt], [2, 3]);
});

Deno.test("TransactionPins.expire removes the transactions that were unused since", () => {
  const pins = new TransactionPins(10);
  const [old, young] = [transactionPin({ session: "a", usedAt: 1 }), transactionPin({ session: "b", usedAt: 2 })];
  pins.add(old);
  pins.add(young);
  pins.touch(old, 9);
  assertEquals(pins.expire(2), []);
  assertEquals(pins.expire(5), [young]);
  assertEquals(pins.expire(100), [old]);
  assertEquals(pins.size, 0);
});

Deno.test("TransactionPins.touch does not bring a transaction back", () => {
  const pins = new TransactionPins(10);
  pins.touch(transactionPin(), 5);
  assertEquals(pins.size, 0);
});

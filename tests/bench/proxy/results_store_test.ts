import { assertEquals, assertRejects } from "@std/assert";
import { isMeasured } from "../../../bench/proxy/results.ts";
import { FactsError, ResultsStore } from "../../../bench/proxy/results_store.ts";
import { FACTS, group, POINT } from "./sample.ts";

async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "torana-bench-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("ResultsStore gives back what was added, and a newer group in the place of an older", async () => {
  await using folder = await temporaryFolder();
  const store = new ResultsStore(`${folder.path}/new`);
  const once = await store.add(await store.open("idle", FACTS), group(POINT, 0, { deno: { ops_s: 1 } }));
  await store.add(once, group(POINT, 0, { deno: { ops_s: 2 } }));
  const { groups } = (await store.readAll()).idle!;
  assertEquals(groups.map(({ samples }) => samples.deno?.ops_s), [2]);
});

Deno.test("ResultsStore refuses to put figures of other settings together", async () => {
  await using folder = await temporaryFolder();
  const store = new ResultsStore(folder.path);
  await store.add(await store.open("idle", FACTS), group(POINT, 0, {}));
  await assertRejects(() => store.open("idle", { ...FACTS, secs: 1 }), FactsError, "secs was 3 and is 1");
  await store.remove("idle");
  assertEquals((await store.open("idle", { ...FACTS, secs: 1 })).groups, []);
});

Deno.test("isMeasured asks for the round and for all that take part", () => {
  const groups = [group(POINT, 0, { direct: {}, deno: {} })];
  assertEquals(isMeasured(groups, POINT, 0, ["direct", "deno"]), true);
  assertEquals(isMeasured(groups, POINT, 0, ["direct", "epoll"]), false);
  assertEquals(isMeasured(groups, POINT, 1, ["direct"]), false);
  assertEquals(isMeasured(groups, { ...POINT, clients: 1 }, 0, ["direct"]), false);
});

import { assertEquals } from "@std/assert";
import type { Document } from "bson";
import type { DriverEvent } from "../../../driver/event.ts";
import type { TopologyOptions } from "../../../driver/sdam/topology.ts";
import type { Facade } from "../../../proxy/hello/facade.ts";
import { FacadeWatch } from "../../../proxy/hello/facade_watch.ts";
import { FakeDeployment, member } from "../../driver/sdam/fake_deployment.ts";
import { PRIMARY_HELLO } from "../support/upstream.ts";

/** A watched deployment that does no I/O. */
class Watched implements AsyncDisposable {
  readonly facades: (Facade | null)[] = [];
  readonly deployment: FakeDeployment;
  changes = 0;
  readonly #watch = new FacadeWatch((facade) => this.facades.push(facade));

  constructor(seeds: readonly string[], options: Partial<TopologyOptions> = {}) {
    const early: DriverEvent[] = [];
    let isWatched = false;
    this.deployment = new FakeDeployment(seeds, {
      ...options,
      onEvent: (event) => isWatched ? this.#watch.onEvent(event) : early.push(event),
    });
    this.#watch.watch(this.deployment.topology, () => this.changes++);
    isWatched = true;
    for (const event of early) this.#watch.onEvent(event);
  }

  get latest(): Facade | null {
    return this.facades.at(-1) ?? null;
  }

  /** Plays a check, whose reply is told before its outcome. */
  check(address: string, hello: Document): void {
    const reply = { ...PRIMARY_HELLO, ...hello };
    this.#watch.onEvent({
      type: "serverHeartbeatSucceeded",
      connectionId: address,
      awaited: false,
      duration: 1,
      reply,
    });
    this.deployment.check(address, reply);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.deployment[Symbol.asyncDispose]();
  }
}

Deno.test("FacadeWatch gives no facade before a server was seen", async () => {
  await using watched = new Watched(["a:1"]);
  assertEquals(watched.latest, null);
});

Deno.test("FacadeWatch describes a standalone server", async () => {
  await using watched = new Watched(["a:1"]);
  watched.check("a:1", { maxWireVersion: 13 });
  assertEquals([watched.latest?.looksLike, watched.latest?.maxWireVersion], ["standalone", 13]);
});

Deno.test("FacadeWatch describes what the members of a replica set have in common", async () => {
  await using watched = new Watched(["a:1"], { replicaSet: "rs" });
  const hosts = ["a:1", "b:1"];
  watched.check("a:1", { ...member.primary(hosts), maxWireVersion: 21 });
  assertEquals([watched.latest?.looksLike, watched.latest?.maxWireVersion], ["mongos", 21]);
  watched.check("b:1", { ...member.secondary(hosts), maxWireVersion: 17 });
  assertEquals(watched.latest?.maxWireVersion, 17);
  const changes = watched.changes;
  watched.deployment.fail("b:1");
  assertEquals(watched.latest?.maxWireVersion, 21);
  assertEquals(watched.changes, changes + 1);
});

Deno.test("FacadeWatch leaves out members that hold no data", async () => {
  await using watched = new Watched(["a:1"], { replicaSet: "rs" });
  const hosts = ["a:1", "b:1"];
  watched.check("a:1", { ...member.primary(hosts), maxWireVersion: 21 });
  watched.check("b:1", { isWritablePrimary: false, arbiterOnly: true, setName: "rs", hosts, maxWireVersion: 17 });
  assertEquals(watched.latest?.maxWireVersion, 21);
});

Deno.test("FacadeWatch forgets a server that left the deployment", async () => {
  await using watched = new Watched(["a:1"], { replicaSet: "rs" });
  watched.check("a:1", member.primary(["a:1", "b:1"]));
  watched.check("b:1", { ...member.secondary(["a:1", "b:1"]), maxWireVersion: 17 });
  watched.check("a:1", member.primary(["a:1"]));
  assertEquals(watched.latest?.maxWireVersion, 21);
});

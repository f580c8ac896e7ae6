import { assertEquals } from "@std/assert";
import { EventHub } from "../../../driver/monitoring/event_hub.ts";

type Catalog = { tick: number; tock: string };

Deno.test("EventHub tells everybody who listens, oldest first", () => {
  const hub = new EventHub<Catalog>();
  const heard: unknown[] = [];
  hub.on("tick", (event) => heard.push(["a", event]));
  hub.on("tick", (event) => heard.push(["b", event]));
  hub.on("tock", (event) => heard.push(event));
  hub.emit("tick", 1);
  assertEquals(heard, [["a", 1], ["b", 1]]);
});

Deno.test("EventHub takes away one entry of a listener at a time", () => {
  const hub = new EventHub<Catalog>();
  const listener = () => {};
  hub.on("tick", listener);
  hub.on("tick", listener);
  hub.off("tick", listener);
  assertEquals([hub.count("tick"), hub.has("tick")], [1, true]);
  hub.off("tick", listener);
  hub.off("tick", listener);
  assertEquals([hub.count("tick"), hub.has("tick")], [0, false]);
});

Deno.test("EventHub tells a listener once that asked for one event", () => {
  const hub = new EventHub<Catalog>();
  const heard: number[] = [];
  hub.on("tick", (event) => {
    heard.push(event);
    if (event < 2) hub.emit("tick", event + 1);
  }, true);
  hub.emit("tick", 1);
  hub.emit("tick", 3);
  assertEquals(heard, [1]);
});

Deno.test("EventHub clears one event, or all", () => {
  const hub = new EventHub<Catalog>();
  hub.on("tick", () => {});
  hub.on("tock", () => {});
  hub.clear("tick");
  assertEquals([hub.has("tick"), hub.has("tock")], [false, true]);
  hub.clear();
  assertEquals(hub.has("tock"), false);
});

Deno.test("EventHub reports what a listener throws, and tells the others", async () => {
  const hub = new EventHub<Catalog>();
  const heard: number[] = [];
  const failure = new Error("own");
  hub.on("tick", () => {
    throw failure;
  });
  hub.on("tick", (event) => heard.push(event));
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    resolve(event.error);
  };
  globalThis.addEventListener("error", onError, { once: true });
  hub.emit("tick", 1);
  assertEquals(heard, [1]);
  assertEquals(await promise, failure);
});

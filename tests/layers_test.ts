import { assertEquals } from "@std/assert";
import { repositoryPath } from "../tools/import_map.ts";
import { findLayerFaults } from "../tools/layers.ts";

Deno.test("findLayerFaults() finds nothing in this repository", async () => {
  assertEquals(await findLayerFaults(repositoryPath("")), []);
});

Deno.test("findLayerFaults() accepts imports that go down, and words in comments and strings", async () => {
  await assertFaults({
    "codec/a.ts":
      `import { b } from "./deep/b.ts";\nimport { BSON } from "bson"; // await Deno.open()\nconst x = "await";`,
    "codec/deep/b.ts": `import { a } from "../a.ts";\nimport { inflateSync } from "node:zlib";`,
    "driver/a.ts": `import { a } from "../codec/a.ts";\nconst url = "https://example.org"; await connect();`,
    "proxy/a.ts": `export { a } from "../driver/a.ts";\nexport { b } from "../codec/deep/b.ts";`,
  }, []);
});

Deno.test("findLayerFaults() finds imports that go up", async () => {
  await assertFaults({
    "codec/a.ts": `import { a } from "../driver/a.ts";`,
    "codec/deep/b.ts": `import type { P } from "../../proxy/a.ts";`,
    "driver/a.ts": `const { a } = await import("../proxy/a.ts");`,
  }, [
    "codec/a.ts: codec must not import ../driver/a.ts",
    "codec/deep/b.ts: codec must not import ../../proxy/a.ts",
    "driver/a.ts: driver must not import ../proxy/a.ts",
  ]);
});

Deno.test("findLayerFaults() finds imports of tests, tools and unknown packages", async () => {
  await assertFaults({
    "codec/a.ts": `import { createHash } from "node:crypto";`,
    "driver/a.ts": `import "../tests/support/mongod.ts";\nimport { x } from "npm:left-pad";`,
    "proxy/a.ts": `export * from "../tools/run.ts";\nexport {\n  demo,\n} from '../demo/main.ts';`,
  }, [
    "codec/a.ts: codec must not import node:crypto",
    "driver/a.ts: driver must not import ../tests/support/mongod.ts",
    "driver/a.ts: driver must not import npm:left-pad",
    "proxy/a.ts: proxy must not import ../tools/run.ts",
    "proxy/a.ts: proxy must not import ../demo/main.ts",
  ]);
});

Deno.test("findLayerFaults() finds a codec that waits or touches the outside", async () => {
  for (const word of ["Deno.", "await", "async", "setTimeout", "setInterval"]) {
    await assertFaults({ "codec/a.ts": `export const x = ${word} 1;` }, [`codec/a.ts: codec must not use ${word}`]);
  }
});

Deno.test("findLayerFaults() finds a driver that prints", async () => {
  await assertFaults({ "driver/a.ts": `console.log(1);` }, ["driver/a.ts: driver must not use console."]);
});

async function assertFaults(files: Record<string, string>, expected: readonly string[]): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "torana-layers-" });
  try {
    for (const [path, source] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, source);
    }
    assertEquals((await findLayerFaults(root)).sort(), [...expected].sort());
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { repositoryPath } from "../../tools/import_map.ts";
import { isAlive, untilGone } from "../support/process.ts";

const LAUNCHER = `
  import { runDenoChild } from ${JSON.stringify(import.meta.resolve("../../tools/child.ts"))};
  Deno.exit(await runDenoChild(["run", "-A", Deno.args[0]]));
`;

Deno.test("runDenoChild() passes the exit code on", async () => {
  await using launched = await launch(`console.log(Deno.pid); Deno.exit(7);`);
  assertEquals((await launched.child.status).code, 7);
});

Deno.test("runDenoChild() forwards a signal, and once only when it comes twice at a time", async () => {
  await using launched = await launch(`
    let count = 0;
    Deno.addSignalListener("SIGTERM", () => {
      count++;
      // The second, if any, would come with the first.
      setTimeout(() => Deno.exit(count), 500);
    });
    setInterval(() => {}, 1000);
    console.log(Deno.pid);
  `);
  launched.child.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 20));
  launched.child.kill("SIGTERM");
  assertEquals((await launched.child.status).code, 1);
});

Deno.test("runDenoChild() leaves no child behind when it is killed", async () => {
  // By the time it tells its process id the launcher, which guards it right after starting it, has done so.
  await using launched = await launch(`setTimeout(() => console.log(Deno.pid), 500); setInterval(() => {}, 1000);`);
  assert(await isAlive(launched.grandchild));
  launched.child.kill("SIGKILL");
  await launched.child.status;
  await untilGone(launched.grandchild);
});

Deno.test("tools/run.ts names the tasks when it is asked for an unknown one", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", repositoryPath("tools/run.ts"), "nonsense"],
  }).output();
  assertEquals(code, 2);
  assertStringIncludes(new TextDecoder().decode(stderr), `Unknown task "nonsense"; known are bench,`);
});

Deno.test("deno.json has a task for each that tools/run.ts knows", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(repositoryPath("deno.json")));
  for (const [name, command] of Object.entries(tasks)) assertEquals(command, `deno run -A tools/run.ts ${name}`);
});

interface Launched extends AsyncDisposable {
  readonly child: Deno.ChildProcess;
  /** The process id that the launched program printed. */
  readonly grandchild: number;
}

/** Runs `source` by way of {@linkcode runDenoChild}; resolves when it has printed its process id. */
async function launch(source: string): Promise<Launched> {
  const folder = await Deno.makeTempDir({ prefix: "torana-launch-" });
  await Deno.writeTextFile(`${folder}/launcher.ts`, LAUNCHER);
  await Deno.writeTextFile(`${folder}/program.ts`, source);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", `${folder}/launcher.ts`, `${folder}/program.ts`],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const dispose = async () => {
    await reader.cancel();
    await child.status;
    await Deno.remove(folder, { recursive: true });
  };
  return { child, grandchild: Number(new TextDecoder().decode(value)), [Symbol.asyncDispose]: dispose };
}

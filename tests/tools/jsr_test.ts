import { assertEquals } from "@std/assert";

Deno.test("jsrAnswers() asks the registry that JSR_URL names, and remembers the answer", async () => {
  await using registry = await startRegistry(() => Response.json({ scope: "std", name: "assert", versions: {} }));
  assertEquals(await registry.ask(), "true");
  assertEquals(await registry.ask(), "true");
  assertEquals(registry.paths, ["/@std/assert/meta.json"]);
});

Deno.test("jsrAnswers() asks again when another registry is named", async () => {
  await using registry = await startRegistry(() => Response.json({ versions: {} }));
  assertEquals(await registry.ask(), "true");
  assertEquals(await registry.ask("http://127.0.0.1:1/"), "false");
});

Deno.test("jsrAnswers() takes errors and pages of others for no answer", async () => {
  const answers = [
    () => new Response("no", { status: 503 }),
    () => new Response("<html>Log in first</html>"),
    () => Response.json({ versions: {} }, { status: 404 }),
  ];
  for (const answer of answers) {
    await using registry = await startRegistry(answer);
    assertEquals(await registry.ask(), "false");
  }
});

Deno.test("jsrAnswers() does not wait for a registry that says nothing", async () => {
  await using registry = await startRegistry(() => new Promise(() => {}));
  assertEquals(await registry.ask(), "false");
});

interface Registry extends AsyncDisposable {
  /** The paths that were asked for. */
  readonly paths: string[];
  /** Runs the question in a process with a cache folder of its own. */
  ask(url?: string): Promise<string>;
}

async function startRegistry(answer: () => Response | Promise<Response>): Promise<Registry> {
  const cache = await Deno.makeTempDir({ prefix: "torana-jsr-" });
  const paths: string[] = [];
  const abort = new AbortController();
  const options = { hostname: "127.0.0.1", port: 0, signal: abort.signal, onListen: () => {} };
  const server = Deno.serve(options, (request) => {
    paths.push(new URL(request.url).pathname);
    return answer();
  });
  return {
    paths,
    ask: (url = `http://127.0.0.1:${server.addr.port}`) => ask({ JSR_URL: url, XDG_CACHE_HOME: cache }),
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      await server.finished;
      await Deno.remove(cache, { recursive: true });
    },
  };
}

async function ask(env: Record<string, string>): Promise<string> {
  const module = JSON.stringify(import.meta.resolve("../../tools/jsr.ts"));
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", `import { jsrAnswers } from ${module}; console.log(await jsrAnswers());`],
    env: { ...env, NO_COLOR: "1", NO_PROXY: "127.0.0.1" },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

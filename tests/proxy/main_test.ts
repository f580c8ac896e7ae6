import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { concat } from "@std/bytes";
import { serialize } from "bson";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { gatewayFlags } from "../support/gateway_kind.ts";
import { importMapArgs, repositoryPath } from "../../tools/import_map.ts";

/** A deployment that refuses every connection: nothing listens on the port. */
const NOBODY = "127.0.0.1:1";

interface RunOptions {
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
}

function spawn({ args, env = {} }: RunOptions): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--unstable-net", "--quiet", ...importMapArgs(), repositoryPath("proxy/main.ts"), ...args],
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs the program to its end. */
async function run(options: RunOptions): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await spawn(options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The program while it runs, with its log. */
class Running implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #output: Promise<string>;
  log = "";

  constructor(options: RunOptions) {
    this.#child = spawn({ ...options, args: [...gatewayFlags(), ...options.args] });
    this.#lines = this.#read();
    this.#output = new Response(this.#child.stdout).text();
  }

  /** Reads the log up to the first line of `event`. */
  async lineOf(event: string): Promise<Record<string, unknown>> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`The log ended without ${event}:\n${this.log}`);
      const line = JSON.parse(value);
      if (line.event === event) return line;
    }
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** The exit code, once the log is read to its end. */
  async end(): Promise<number> {
    while (!(await this.#lines.next()).done);
    const { code } = await this.#child.status;
    assertEquals(await this.#output, "");
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    while (!(await this.#lines.next()).done);
    await Promise.all([this.#child.status, this.#output]);
  }

  async *#read(): AsyncGenerator<string> {
    let rest = "";
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.log += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }
}

Deno.test("main.ts --help prints how to use it", async () => {
  const { code, stdout, stderr } = await run({ args: ["--help"] });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Usage: torana [FLAGS] ADDRESS=URI");
});

Deno.test("main.ts --version prints the version of the module", async () => {
  const { code, stdout, stderr } = await run({ args: ["-version"] });
  const { version } = JSON.parse(await Deno.readTextFile(repositoryPath("deno.json")));
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, `torana ${version} (Deno ${Deno.version.deno}`);
});

Deno.test("main.ts --check-config prints what a file says, without passwords", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const listen = { "127.0.0.1:5": "mongodb://_@h/?maxPoolSize=3" };
    await Deno.writeTextFile(path, JSON.stringify({ listen, username: "app", maxClients: 9 }));
    const { code, stdout, stderr } = await run({
      args: ["--check-config", "--config", path],
      env: { TORANA_PASSWORD: "s3cret" },
    });
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "127.0.0.1:5 = mongodb://app:***@h:27017/?maxPoolSize=3");
    assertStringIncludes(stdout, `--max-clients=9  (File ${path})`);
    assert(!stdout.includes("s3cret"));
  } finally {
    await Deno.remove(path);
  }
});

for (
  const [args, message] of [
    [["--netwrk=tcp", ":1=mongodb://h"], "torana: Unknown flag --netwrk, expected --network perhaps"],
    [["--check-config", ":1=mongodb://u:s3:cret@h"], "torana: Listener 0.0.0.0:1: User name and password must be"],
    [["--mirror=mongodb://u:s3cret@h", "--workers=2"], "torana: Flag --workers is 2, expected 1 with --mirror"],
    [["-addrs=mongodb://u:s3cret@h"], "torana: Flag -addrs cannot be used, expected members such as db1:27017"],
    [["--config=/does/not/exist.json"], "torana: Cannot read the file /does/not/exist.json of --config"],
    [[], "torana: No address=uri given"],
  ] as const
) {
  Deno.test(`main.ts ends with 2 for "${args.join(" ")}"`, async () => {
    const { code, stdout, stderr } = await run({ args });
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, message);
    assertStringIncludes(stderr, "Run with --help to see all flags");
    assert(!stderr.includes("cret"));
  });
}

Deno.test("main.ts ends with 1 and says what to do if its port is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  await using running = new Running({ args: [`127.0.0.1:${port}=mongodb://${NOBODY}`] });
  const { address, message } = await running.lineOf("startFailed");
  assertEquals(address, `127.0.0.1:${port}`);
  assertStringIncludes(String(message), "another process has this address");
  assertEquals(await running.end(), 1);
});

Deno.test("main.ts --ping ends with 1 if the deployment does not answer", async () => {
  await using running = new Running({
    args: ["--ping", `127.0.0.1:0=mongodb://${NOBODY}/?serverSelectionTimeoutMS=100`],
  });
  const { message } = await running.lineOf("startFailed");
  assertStringIncludes(String(message), "check that the server runs and listens there");
  assertEquals(await running.end(), 1);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`main.ts listens, and ends with 0 on ${signal}`, async () => {
    await using running = new Running({
      args: ["--username=app", `127.0.0.1:0=mongodb://${NOBODY}/?label=orders`],
      env: { TORANA_PASSWORD: "s3cret" },
    });
    assertEquals((await running.lineOf("starting")).listeners, "127.0.0.1:0");
    const { label, address } = await running.lineOf("listening");
    assertEquals(label, "orders");
    (await connect(String(address))).close();
    await running.lineOf("started");
    running.signal(signal);
    assertEquals((await running.lineOf("drained")).cut, 0);
    assertEquals(await running.end(), 0);
    assert(!running.log.includes("s3cret"));
  });
}

Deno.test("main.ts takes dvara's command line, and says which flags have no effect", async () => {
  await using running = new Running({
    args: ["--workers=1", `-addrs=${NOBODY}`, "-listen=127.0.0.1", "-hard_restart"],
  });
  assertStringIncludes(String((await running.lineOf("configWarning")).message), "Flag -hard_restart of dvara has no");
  assertEquals((await running.lineOf("starting")).listeners, `mirror of ${NOBODY}`);
  await running.lineOf("started");
  running.signal("SIGTERM");
  assertEquals(await running.end(), 0);
});

Deno.test("main.ts ends with 143 on a second SIGTERM while work is in flight", async () => {
  await using running = new Running({ args: [`127.0.0.1:0=mongodb://${NOBODY}`] });
  const { address } = await running.lineOf("listening");
  await running.lineOf("started");
  using client = await connect(String(address));
  // The first is answered at once; by then the second is at work, and waits for a server.
  const commands = [{ whatsmyip: 1, $db: "admin" }, { find: "x", $db: "test" }];
  await client.write(concat(commands.map((command) => encodeOpMsg({ requestId: 1, body: serialize(command) }))));
  await client.read(new Uint8Array(16));
  running.signal("SIGTERM");
  assertEquals((await running.lineOf("draining")).busy, 1);
  running.signal("SIGTERM");
  assertEquals(await running.end(), 143);
});

Deno.test("main.ts listens on a unix socket, and removes a stale one with --unlink", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/torana.sock`;
  try {
    await leaveSocket(path);
    await using running = new Running({ args: ["-unlink", `${path}=mongodb://${NOBODY}`] });
    assertEquals((await running.lineOf("listening")).address, path);
    (await Deno.connect({ transport: "unix", path })).close();
    await running.lineOf("started");
    running.signal("SIGTERM");
    assertEquals(await running.end(), 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Leaves a socket's file that nobody listens on: closing removes the file under its first name only. */
async function leaveSocket(path: string): Promise<void> {
  using _listener = Deno.listen({ transport: "unix", path: `${path}.first` });
  await Deno.rename(`${path}.first`, path);
}

function connect(address: string): Promise<Deno.TcpConn> {
  const [hostname = "", port = ""] = address.split(":");
  return Deno.connect({ hostname, port: Number(port) });
}

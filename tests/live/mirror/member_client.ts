import { importMapArgs, repositoryPath } from "../../../tools/import_map.ts";
import { TextLineStream } from "../../support/text_line_stream.ts";
import { pythonEnvironment } from "../clients/python_env.ts";
import { goProgram } from "../legacy/clients/go_program.ts";

const LIMIT_MS = 90_000;

/** A driver in replica-set mode, in a process of its own. */
export class MemberClient implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  private constructor([program = "", ...args]: readonly string[]) {
    this.#child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    this.#answers = lines.getReader();
  }

  /** MongoDB's Node driver, connected; `name` begins the names of what it writes under load. */
  static async node(uri: string, name = "node"): Promise<MemberClient> {
    const program = repositoryPath("tests/live/mirror/clients/node_member_client.ts");
    return await MemberClient.#connected([
      Deno.execPath(),
      "run",
      "-A",
      "--no-check",
      ...importMapArgs(),
      program,
      uri,
      name,
    ]);
  }

  /** That version of PyMongo, connected. */
  static async python(version: string, uri: string): Promise<MemberClient> {
    const { python } = await pythonEnvironment(version);
    return await MemberClient.#connected([
      python,
      "-B",
      repositoryPath("tests/live/mirror/clients/python_member_client.py"),
      uri,
    ]);
  }

  /** MongoDB's Go driver, connected. */
  static async go(uri: string): Promise<MemberClient> {
    return await MemberClient.#connected([await goProgram("go-driver", "tests/live/mirror/clients/go"), uri]);
  }

  static async #connected(command: readonly string[]): Promise<MemberClient> {
    const client = new MemberClient(command);
    await client.#answer();
    return client;
  }

  /** Has it do something. Throws `Error` where that fails. */
  async ask<Answer>(command: string, argument = ""): Promise<Answer> {
    await this.#stdin.write(new TextEncoder().encode(`${command} ${argument}\n`));
    return await this.#answer() as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stdin.close().catch(() => {});
    while (!(await this.#answers.read()).done);
    await this.#child.status;
  }

  /** A client that says nothing for long is ended, so that a fault fails its test instead of hanging it. */
  async #answer(): Promise<unknown> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), LIMIT_MS);
    const { value, done } = await this.#answers.read();
    clearTimeout(timer);
    if (done) throw new Error("The client ended, or gave no answer for long");
    const answer = JSON.parse(value);
    if (answer?.error !== undefined) throw new Error(answer.error);
    return answer;
  }
}

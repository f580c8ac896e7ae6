import { HelperProcess } from "./helper_process.ts";

/** The name by which the servers know the gateway's connections. */
export const GATEWAY_APP_NAME = "torana gateway";

/** What the gateway is started with. */
export interface GatewayOptions {
  /** The deployment's. */
  readonly uri: string;
  readonly maxPoolSize: number;
  readonly onCrash: (error: Error) => void;
}

/** The gateway as a program, as `deno task proxy` runs it. */
export class GatewayProcess implements AsyncDisposable {
  readonly #helper: HelperProcess;
  /** What clients connect to. */
  readonly uri: string;

  private constructor(helper: HelperProcess, uri: string) {
    this.#helper = helper;
    this.uri = uri;
  }

  /** Starts it on a free port of the loopback address, and waits until it listens. */
  static async start({ uri, maxPoolSize, onCrash }: GatewayOptions): Promise<GatewayProcess> {
    const upstream = `${uri}&maxPoolSize=${maxPoolSize}&appName=${encodeURIComponent(GATEWAY_APP_NAME)}`;
    const listening = Promise.withResolvers<string>();
    const helper = await HelperProcess.start({
      script: "proxy/main.ts",
      args: ["--ping", "--drain-timeout=2s", `127.0.0.1:0=${upstream}`],
      onErrorOutput: (line) => {
        const address = listeningAddress(line);
        if (address !== null) listening.resolve(address);
      },
      onCrash: (error) => {
        listening.reject(error);
        onCrash(error);
      },
    });
    return new GatewayProcess(helper, `mongodb://${await listening.promise}/`);
  }

  /** Lets it drain. Throws `Error` unless it exits with 0. */
  async [Symbol.asyncDispose](): Promise<void> {
    const code = await this.#helper.stop(Deno.build.os === "windows" ? "SIGINT" : "SIGTERM");
    if (code !== 0) throw new Error(`The gateway ended with exit code ${code}, expected 0`);
  }
}

/** The address in the line of the gateway's log that says where it listens. */
function listeningAddress(line: string): string | null {
  if (!line.startsWith("{")) return null;
  const { event, address } = JSON.parse(line) as { event?: string; address?: string };
  return event === "listening" ? address ?? null : null;
}

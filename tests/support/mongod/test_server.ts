import type { ServerProcess } from "./server.ts";
import type { Login } from "../wire_client.ts";

/** One running mongod. */
export interface TestServer extends AsyncDisposable {
  /** Connects to this server alone, with the credentials if there are any. */
  readonly uri: string;
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  /** Sends a signal that ends the server, and resolves when it is gone. */
  kill(signal: Deno.Signal): Promise<void>;
  /** Starts the server again after {@linkcode kill}, with its data, on its port. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** Gives a process the face that tests see. */
export function testServer(server: ServerProcess, login: Login | undefined): TestServer {
  return {
    uri: serverUri(server, login),
    host: server.host,
    port: server.port,
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    restart: () => server.restart(),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function serverUri({ host, port }: { host: string; port: number }, login: Login | undefined): string {
  return `mongodb://${userinfo(login)}${host}:${port}/?directConnection=true${authSource(login)}`;
}

/** `user:password@`, or nothing. */
export function userinfo(login: Login | undefined): string {
  return login === undefined ? "" : `${encodeURIComponent(login.user)}:${encodeURIComponent(login.pwd)}@`;
}

/** The option that goes with {@linkcode userinfo}. */
export function authSource(login: Login | undefined): string {
  return login === undefined ? "" : "&authSource=admin";
}

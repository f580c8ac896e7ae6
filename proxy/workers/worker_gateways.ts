import { EpollTransport } from "../../driver/transport/epoll/epoll_transport.ts";
import { openTransport } from "../../driver/transport/open_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import type { GatewayEvent, GatewayEventListener } from "../event.ts";
import { Gateway } from "../gateway.ts";
import type { GatewayConfig } from "../gateway_config.ts";
import { eventLines } from "../log/event_lines.ts";
import { isLogged } from "../log/is_logged.ts";
import { Board } from "../team/board.ts";
import { ThreadTeam } from "../team/thread_team.ts";
import { toPlainError } from "./plain_error.ts";
import type { FromWorker, SharedEvent, ToWorker, WorkerCall, WorkerResult, WorkerSetup } from "./worker_message.ts";

/** How often the supervisor is shown that the event loop turns, in milliseconds. */
const BEAT_INTERVAL_MS = 500;
/** The worker that tells what discovery finds, which all of them find. */
const SPEAKER = 0;

/** All gateways of one worker, as the main thread wants them. */
export class WorkerGateways {
  readonly #setup: WorkerSetup;
  readonly #tell: (message: FromWorker) => void;
  readonly #transport: Transport;
  readonly #board: Board;
  readonly #team: ThreadTeam;
  readonly #gateways = new Map<number, Gateway>();

  constructor(setup: WorkerSetup, tell: (message: FromWorker) => void) {
    this.#setup = setup;
    this.#tell = tell;
    const board = new Board(setup.board);
    this.#board = board;
    this.#transport = openTransport(setup.io, { coalescingWindowMS: setup.coalescingWindowMS, bell: board.bell });
    this.#team = new ThreadTeam(board, new BigInt64Array(setup.clientIds));
    board.beat();
    setInterval(() => board.beat(), BEAT_INTERVAL_MS);
  }

  onMessage(message: Exclude<ToWorker, { kind: "setup" }>): void {
    switch (message.kind) {
      case "peer":
        return this.#team.addPeer(message.peer);
      case "peerLost":
        return this.#team.losePeer(message.index);
      case "call":
        return void this.#answer(message.id, message.call);
    }
  }

  /** Closes every socket, as far as that is possible. */
  async cut(): Promise<void> {
    this.#board.epollFd = 0;
    await Promise.allSettled([...this.#gateways.values()].map((gateway) => gateway.close()));
  }

  async #answer(id: number, call: WorkerCall): Promise<void> {
    try {
      this.#tell({ kind: "returned", id, result: await this.#run(call) });
    } catch (error) {
      this.#tell({ kind: "threw", id, error: toPlainError(error) });
    }
  }

  async #run(call: WorkerCall): Promise<WorkerResult> {
    const { method } = call;
    switch (method) {
      case "open":
        return { method, port: await this.#open(call.gateway, call.config, call.ping) };
      case "windDown":
        // From here on its loop may end, and the descriptor be another's.
        this.#board.epollFd = 0;
        await this.#gateways.get(call.gateway)?.windDown(call.timeoutMS);
        return { method };
      case "close":
        this.#board.epollFd = 0;
        await this.#gateways.get(call.gateway)?.close();
        return { method };
      case "status": {
        const gateway = this.#gateways.get(call.gateway)!;
        return { method, status: gateway.status(), groups: gateway.clientGroupKeys };
      }
    }
  }

  async #open(number: number, config: GatewayConfig, ping: boolean): Promise<number> {
    const gateway = new Gateway(config, this.#listener(number, config.label), this.#transport, this.#team.of(number));
    this.#gateways.set(number, gateway);
    await gateway.open({ ping });
    if (this.#transport instanceof EpollTransport) this.#board.epollFd = this.#transport.epollFd;
    const { address } = gateway;
    return address.kind === "tcp" ? address.port : 0;
  }

  #listener(gateway: number, label: string): GatewayEventListener {
    const { index: worker, logLevel } = this.#setup;
    const write = eventLines({ label, worker }, (line, extra) => {
      if (isLogged(line.level, logLevel)) this.#tell({ kind: "line", line, extra });
    });
    return (event) => {
      if (isShared(event)) this.#tell({ kind: "event", gateway, event });
      else if (worker === SPEAKER || !isOfDiscovery(event)) write(event);
    };
  }
}

function isShared(event: GatewayEvent): event is SharedEvent {
  return event.type === "listening" || event.type === "draining" || event.type === "drained";
}

function isOfDiscovery(event: GatewayEvent): boolean {
  return event.type === "upstream" &&
    (event.event.type.startsWith("topology") || event.event.type.startsWith("server"));
}

import { Board } from "./board.ts";
import type { PeerMessage } from "./peer_message.ts";

/** How another worker is reached, as the supervisor tells it. */
export interface PeerAddress {
  readonly index: number;
  readonly board: SharedArrayBuffer;
  readonly port: MessagePort;
}

interface Peer {
  readonly board: Board;
  readonly port: MessagePort;
}

/** The other workers that are alive, each at the end of a message port. */
export class PeerMesh {
  readonly #onMessage: (from: number, message: PeerMessage) => void;
  readonly #peers = new Map<number, Peer>();

  constructor(onMessage: (from: number, message: PeerMessage) => void) {
    this.#onMessage = onMessage;
  }

  /** Takes a worker in. */
  add({ index, board, port }: PeerAddress): void {
    this.#peers.set(index, { board: new Board(board), port });
    port.onmessage = ({ data }: MessageEvent<PeerMessage>) => this.#onMessage(index, data);
  }

  /** Forgets a worker that has ended. */
  delete(index: number): void {
    this.#peers.get(index)?.port.close();
    this.#peers.delete(index);
  }

  /** The numbers of the others. */
  get indices(): number[] {
    return [...this.#peers.keys()];
  }

  /** What the others show. */
  *boards(): Iterable<readonly [index: number, board: Board]> {
    for (const [index, { board }] of this.#peers) yield [index, board];
  }

  /** Says whether the worker is there to get it. */
  post(index: number, message: PeerMessage, transfer: Transferable[] = []): boolean {
    const peer = this.#peers.get(index);
    peer?.port.postMessage(message, transfer);
    peer?.board.bell.ring();
    return peer !== undefined;
  }
}

import type { ClientId } from "../event.ts";
import type { Board } from "./board.ts";
import { Forwardings } from "./forwarding.ts";
import type { GatewayTeam, TeamMember } from "./gateway_team.ts";
import { GroupQuestions } from "./group_questions.ts";
import { Guests } from "./guests.ts";
import type { PeerMessage } from "./peer_message.ts";
import { type PeerAddress, PeerMesh } from "./peer_mesh.ts";

/** One worker among the others: what it asks of them, and what they ask of it. */
export class ThreadTeam {
  readonly #board: Board;
  readonly #clientIds: BigInt64Array;
  readonly #mesh = new PeerMesh((from, message) => this.#onMessage(from, message));
  readonly #forwardings = new Forwardings((index, message) => this.#mesh.post(index, message));
  readonly #guests = new Guests((index, message, transfer) => void this.#mesh.post(index, message, transfer));
  readonly #questions = new GroupQuestions();
  readonly #members = new Map<number, TeamMember>();

  /** `clientIds` counts the clients of all workers. */
  constructor(board: Board, clientIds: BigInt64Array) {
    this.#board = board;
    this.#clientIds = clientIds;
  }

  addPeer(peer: PeerAddress): void {
    this.#mesh.add(peer);
  }

  losePeer(index: number): void {
    this.#mesh.delete(index);
    this.#forwardings.onPeerLost(index);
    this.#guests.onPeerLost(index);
    this.#questions.onPeerLost(index);
  }

  /** The team of gateway number `gateway`, as this worker's sees it. */
  of(gateway: number): GatewayTeam {
    const board = this.#board;
    return {
      nextClientId: () => Number(Atomics.add(this.#clientIds, 0, 1n) + 1n) as ClientId,
      admitClient: (maxClients) => this.#admitClient(gateway, maxClients),
      releaseClient: () => board.addClients(gateway, -1),
      directory: {
        added: (key) => board.addPins(gateway, key, 1),
        deleted: (key) => board.addPins(gateway, key, -1),
      },
      whoMayHave: (key) => this.#whoMayHave(gateway, key),
      forward: (command, workers, receiver) => this.#forwardings.start({ gateway, ...command }, workers, receiver),
      groupsElsewhere: (keys) =>
        this.#questions.ask(
          this.#mesh.indices,
          (worker, id) => this.#mesh.post(worker, { kind: "askGroups", id, gateway, keys }),
        ),
      join: (member) => void this.#members.set(gateway, member),
    };
  }

  /** Counts the client before it looks, so that two workers never both let the last one in. */
  #admitClient(gateway: number, maxClients: number): boolean {
    this.#board.addClients(gateway, 1);
    let clients = this.#board.clients(gateway);
    for (const [, board] of this.#mesh.boards()) clients += board.clients(gateway);
    if (clients > maxClients) this.#board.addClients(gateway, -1);
    return clients <= maxClients;
  }

  #whoMayHave(gateway: number, key: number): number[] {
    const found: number[] = [];
    for (const [index, board] of this.#mesh.boards()) if (board.mayHave(gateway, key)) found.push(index);
    return found;
  }

  #onMessage(from: number, message: PeerMessage): void {
    switch (message.kind) {
      case "forward":
        return this.#guests.serve(from, message.id, message.command, this.#members.get(message.command.gateway));
      case "declined":
        return this.#forwardings.onDeclined(message.id);
      case "finished":
        return this.#forwardings.onFinished(message.id, message.reply);
      case "failed":
        return this.#forwardings.onFailed(message.id);
      case "abandon":
        return this.#guests.abandon(from, message.id);
      case "cut":
        return this.#guests.cut(from, message.id);
      case "askGroups": {
        const member = this.#members.get(message.gateway);
        const keys = message.keys.filter((key) => member?.hasGroup(key));
        this.#mesh.post(from, { kind: "groups", id: message.id, keys });
        return;
      }
      case "groups":
        return this.#questions.onAnswer(from, message.id, message.keys);
    }
  }
}

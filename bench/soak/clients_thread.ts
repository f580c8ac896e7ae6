import type { Answer, Question } from "./clients_worker.ts";
import type { ClientFigures } from "./tally.ts";
import type { Endpoint } from "./wire_connection.ts";
import type { LedgerVerdict } from "./write_ledger.ts";

/** The clients, in a thread of their own. */
export class ClientsThread implements Disposable {
  readonly #worker = new Worker(import.meta.resolve("./clients_worker.ts"), { type: "module" });

  /** Lets so many clients come, and go, and others come. */
  async come(size: number, gateway: Endpoint): Promise<void> {
    await this.#ask({ ask: "come", size, gateway });
  }

  async figures(): Promise<ClientFigures> {
    return await this.#ask({ ask: "figures" }) as ClientFigures;
  }

  /** Lets all clients leave, and gives the last figures when they have. */
  async leave(): Promise<ClientFigures> {
    return await this.#ask({ ask: "leave" }) as ClientFigures;
  }

  /** Says what became of all writes. */
  async audit(server: Endpoint): Promise<LedgerVerdict> {
    return await this.#ask({ ask: "audit", server }) as LedgerVerdict;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  #ask(question: Question): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
    this.#worker.onerror = ({ message }) => reject(new Error(`The clients' thread failed: ${message}`));
    this.#worker.postMessage(question);
    return promise;
  }
}

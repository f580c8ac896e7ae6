import type { HostAddress } from "../address.ts";
import type { Coalescer } from "./coalescer.ts";
import { dial } from "./dial.ts";
import { EventTurns } from "./event_turns.ts";
import { listen } from "./listen.ts";
import type { DialOptions, Listener, ListenOptions, Load, Stream, Transport } from "./transport.ts";

/** The I/O backend on `Deno.connect` and `Deno.listen`: TCP, TLS and unix sockets. */
export class DenoTransport implements Transport {
  readonly name = "deno";
  readonly load: Load;
  readonly #turns: EventTurns | null;

  /** With a coalescer, events gather as it decides. */
  constructor(coalescer: Coalescer | null) {
    this.load = coalescer ?? { asked() {}, answered() {} };
    this.#turns = coalescer === null ? null : new EventTurns(coalescer);
  }

  dial(address: HostAddress, options: DialOptions = {}): Promise<Stream> {
    return dial(address, options, this.#turns);
  }

  listen(
    address: HostAddress,
    options: ListenOptions,
    onStream: (stream: Stream) => void,
    onError: (error: Error) => void,
  ): Listener {
    return listen(address, options, onStream, onError, this.#turns);
  }
}

/** The I/O backend of this runtime, which lets no events gather: what a program uses that does not ask for another. */
export const denoTransport: Transport = new DenoTransport(null);

import type { HostAddress } from "../../../driver/address.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Stream } from "../../../driver/transport/transport.ts";
import { MessageClient } from "./message_client.ts";

/** A client that sends and gets bytes, whatever they mean. */
export class ByteClient extends MessageClient<Uint8Array> {
  private constructor(stream: Stream) {
    super(stream, (message) => new Uint8Array(message));
  }

  static async connect(address: HostAddress): Promise<ByteClient> {
    return new ByteClient(await denoTransport.dial(address));
  }

  send(bytes: Uint8Array): void {
    this.sendBytes(bytes);
  }
}

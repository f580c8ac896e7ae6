import { dial } from "./dial.ts";
import { listen } from "./listen.ts";
import type { Transport } from "./transport.ts";

/** The I/O backend on `Deno.connect` and `Deno.listen`: TCP, TLS and unix sockets. Lets no events gather. */
export const denoTransport: Transport = { name: "deno", load: { sent() {}, answered() {} }, dial, listen };

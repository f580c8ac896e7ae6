/** `few_descriptors.ts BACKEND`: listens, prints its port and the first failure to accept; clients that come later are greeted and sent away. */
import { openTransport } from "../../../driver/transport/open_transport.ts";

const transport = openTransport(Deno.args[0] === "epoll" ? "epoll" : "deno", { coalescingWindowMS: 0 });
let isFirst = true;
const listener = transport.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, {}, (stream) => {
  stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
  stream.write(new TextEncoder().encode("x"));
  if (!isFirst) stream.end();
}, ({ message }) => {
  if (isFirst) console.log(message);
  isFirst = false;
});
if (listener.address.kind === "tcp") console.log(listener.address.port);

/** Listens, prints its port and the first failure to accept; clients that come later are greeted and sent away. */
import { listen } from "../../../driver/transport/listen.ts";

let isFirst = true;
const listener = listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, {}, (stream) => {
  stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
  stream.write(new TextEncoder().encode("x"));
  if (!isFirst) stream.end();
}, ({ message }) => {
  if (isFirst) console.log(message);
  isFirst = false;
});
if (listener.address.kind === "tcp") console.log(listener.address.port);

/** Prints why the epoll backend cannot be used. */
import { epollUnavailable } from "../../../../driver/transport/open_transport.ts";

console.log(epollUnavailable());

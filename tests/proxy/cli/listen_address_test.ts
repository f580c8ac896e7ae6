import { assertEquals, assertThrows } from "@std/assert";
import type { HostAddress } from "../../../driver/address.ts";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { type Network, parseListenAddress } from "../../../proxy/cli/listen_address.ts";

const tcp = (host: string, port: number): HostAddress => ({ kind: "tcp", host, port });
const unix = (path: string): HostAddress => ({ kind: "unix", path });

const CASES: readonly (readonly [text: string, network: Network, address: HostAddress])[] = [
  [":27016", "tcp4", tcp("0.0.0.0", 27016)],
  [":27016", "tcp6", tcp("::", 27016)],
  [":27016", "tcp", tcp("::", 27016)],
  [":0", "tcp4", tcp("0.0.0.0", 0)],
  [":65535", "tcp4", tcp("0.0.0.0", 65535)],
  ["127.0.0.1:1", "tcp4", tcp("127.0.0.1", 1)],
  ["127.0.0.1:1", "tcp6", tcp("127.0.0.1", 1)],
  ["Local-Host.Example:27016", "tcp", tcp("local-host.example", 27016)],
  ["[::1]:27016", "tcp4", tcp("::1", 27016)],
  ["[FE80::1%eth0]:27016", "tcp6", tcp("fe80::1%eth0", 27016)],
  ["[::ffff:127.0.0.1]:5", "tcp", tcp("::ffff:127.0.0.1", 5)],
  ["/tmp/x.sock", "tcp4", unix("/tmp/x.sock")],
  ["./x", "tcp", unix("./x")],
  ["run/a:b", "tcp4", unix("run/a:b")],
  ["x.sock", "unix", unix("x.sock")],
  ["/tmp/x", "unix", unix("/tmp/x")],
];

for (const [text, network, address] of CASES) {
  Deno.test(`parseListenAddress() reads ${text} with ${network}`, () => {
    assertEquals(parseListenAddress(text, network), address);
  });
}

const FAULTS: readonly (readonly [text: string, network: Network, message: string])[] = [
  ["", "tcp4", 'Empty address before a "="'],
  ["", "unix", 'Empty address before a "="'],
  ["27016", "tcp4", 'Invalid address "27016", expected a colon before the port, as in ":27016"'],
  ["localhost", "tcp4", 'Invalid address "localhost", expected host:port, :port'],
  ["localhost:", "tcp4", 'Invalid port in address "localhost:", expected an integer from 0 to 65535'],
  [":65536", "tcp4", 'Invalid port in address ":65536"'],
  [":-1", "tcp4", 'Invalid port in address ":-1"'],
  [":1x", "tcp4", 'Invalid port in address ":1x"'],
  ["::1:27016", "tcp6", 'Invalid address "::1:27016", expected brackets around an IPv6 address'],
  ["fe80::1:27016", "tcp6", 'Invalid address "fe80::1:27016", expected brackets around an IPv6 address'],
  ["[::1]", "tcp6", 'Invalid address "[::1]", expected brackets around an IPv6 address, as in [::1]:27017'],
  ["[x]:1", "tcp6", 'Invalid address "[x]:1"'],
  ["a b:1", "tcp4", 'Invalid address "a b:1"'],
  [":27016", "unixpacket", "Network unixpacket is not supported, expected unix"],
  ["/tmp/x", "unixpacket", "Network unixpacket is not supported, expected unix"],
];

for (const [text, network, message] of FAULTS) {
  Deno.test(`parseListenAddress() refuses ${JSON.stringify(text)} with ${network}`, () => {
    assertThrows(() => parseListenAddress(text, network), ConfigError, message);
  });
}

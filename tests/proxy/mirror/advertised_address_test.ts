import { assertEquals } from "@std/assert";
import { advertisedAddress } from "../../../proxy/mirror/advertised_address.ts";

const MACHINE = () => "machine";

Deno.test("advertisedAddress() is the one that is listened on", () => {
  assertEquals(told("10.0.0.1", null), "10.0.0.1");
});

Deno.test("advertisedAddress() has the machine's name where every interface is listened on", () => {
  assertEquals(told("0.0.0.0", null), "machine");
  assertEquals(told("::", null), "machine");
});

Deno.test("advertisedAddress() has the host that is to be told", () => {
  assertEquals(told("0.0.0.0", "proxy.example.com"), "proxy.example.com");
  assertEquals(told("10.0.0.1", "proxy.example.com"), "proxy.example.com");
});

function told(host: string, advertise: string | null) {
  const address = advertisedAddress({ kind: "tcp", host, port: 6000 }, advertise, MACHINE);
  return address.kind === "tcp" && address.port === 6000 ? address.host : null;
}

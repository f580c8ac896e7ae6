import { assertEquals } from "@std/assert";
import { formatHostAddress, type HostAddress } from "../../../driver/address.ts";
import { assignPorts, mappedPorts, type MemberPorts } from "../../../proxy/mirror/member_ports.ts";

const CONFIG = { listenHost: "127.0.0.1", ports: [6000, 6001, 6002] };

Deno.test("assignPorts() gives ports in their order to members in theirs", () => {
  assertEquals(written(assignPorts(new Map(), ["a:1", "b:1"], CONFIG)), {
    "a:1": "127.0.0.1:6000",
    "b:1": "127.0.0.1:6001",
  });
});

Deno.test("assignPorts() leaves every member its port, whoever comes and goes", () => {
  const first = assignPorts(new Map(), ["a:1", "b:1"], CONFIG);
  const second = assignPorts(first, ["c:1", "b:1"], CONFIG);
  assertEquals(written(assignPorts(second, ["a:1", "c:1"], CONFIG)), {
    "a:1": "127.0.0.1:6000",
    "b:1": "127.0.0.1:6001",
    "c:1": "127.0.0.1:6002",
  });
});

Deno.test("assignPorts() gives nothing to members after the last port, and no member's port to another", () => {
  const full = assignPorts(new Map(), ["a:1", "b:1", "c:1"], CONFIG);
  assertEquals(assignPorts(full, ["d:1"], CONFIG).get("d:1"), null);
});

Deno.test("assignPorts() passes over ports that are mapped to members", () => {
  const map = new Map([["b:1", tcp(6000)], ["c:1", { ...tcp(6001), host: "10.0.0.1" }]]);
  assertEquals(written(assignPorts(mappedPorts({ map }), ["a:1", "b:1", "c:1", "d:1"], CONFIG)), {
    "b:1": "127.0.0.1:6000",
    "c:1": "10.0.0.1:6001",
    "a:1": "127.0.0.1:6001",
    "d:1": "127.0.0.1:6002",
  });
});

function tcp(port: number): HostAddress & { kind: "tcp" } {
  return { kind: "tcp", host: "127.0.0.1", port };
}

function written(ports: MemberPorts): Record<string, string | null> {
  return Object.fromEntries([...ports].map(([member, address]) => [member, address && formatHostAddress(address)]));
}

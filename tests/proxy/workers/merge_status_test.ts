import { assertEquals } from "@std/assert";
import type { ClientId } from "../../../proxy/event.ts";
import type { GatewayStatus, ServerStatus } from "../../../proxy/gateway_status.ts";
import { mergeStatus } from "../../../proxy/workers/merge_status.ts";

function server(address: string, more: Partial<ServerStatus> = {}): ServerStatus {
  const figures = { connections: 1, available: 1, pending: 1, waiting: 1, awaiting: 1, awaitingQueue: 1 };
  return { address, type: "RSPrimary", ...figures, ...more };
}

function status(more: Partial<GatewayStatus> = {}): GatewayStatus {
  return { clients: 1, clientGroups: 1, cursors: 2, transactions: 3, servers: [], pinned: [], ...more };
}

Deno.test("mergeStatus() adds up the figures and counts each client group once", () => {
  const parts = [{ status: status(), groups: ["a", "b"] }, { status: status(), groups: ["b"] }];
  assertEquals(mergeStatus(parts), status({ clients: 2, clientGroups: 2, cursors: 4, transactions: 6 }));
});

Deno.test("mergeStatus() adds up the figures of each server, of the type that is known", () => {
  const parts = [
    { status: status({ servers: [server("a", { type: "Unknown" })] }), groups: [] },
    { status: status({ servers: [server("a"), server("b")] }), groups: [] },
  ];
  const both = { connections: 2, available: 2, pending: 2, waiting: 2, awaiting: 2, awaitingQueue: 2 };
  assertEquals(mergeStatus(parts).servers, [server("a", both), server("b")]);
});

Deno.test("mergeStatus() lists the pinned connections of all", () => {
  const pin = (clientId: number) => ({
    server: "a",
    connectionId: 1,
    clientId: clientId as ClientId,
    reason: "cursor" as const,
  });
  const parts = [1, 2].map((id) => ({ status: status({ pinned: [pin(id)] }), groups: [] }));
  assertEquals(mergeStatus(parts).pinned, [pin(1), pin(2)]);
});

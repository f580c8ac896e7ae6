import { assertEquals } from "@std/assert";
import { paintFor } from "../../demo/paint.ts";
import { drawFigures, type Figures, type ServerRow } from "../../demo/picture.ts";

const PLAIN = paintFor(false);

const SERVERS: readonly ServerRow[] = [
  { name: "127.0.0.1:1", role: "primary", idle: 8, without: 2_107, withGateway: 51, gatewayConnections: 42 },
  { name: "127.0.0.1:2", role: "secondary", idle: 4, without: 2_104, withGateway: 9, gatewayConnections: 5 },
];

const FIGURES: Figures = {
  title: "With torana",
  elapsedMs: 12_000,
  clients: 2_000,
  wantedClients: 2_000,
  load: { rates: [400, 800], p50: 8.14, p99: 61.7, retried: 3, restarted: 0, errors: 0 },
  servers: SERVERS,
};

Deno.test("drawFigures shows what clients and servers see", () => {
  assertEquals(drawFigures(FIGURES, PLAIN).lines, [
    "",
    "  With torana  0:12",
    "",
    "  clients      2,000 of 2,000 connections",
    "  operations   800/s     ▅█",
    "  latency      p50 8.1 ms   p99 62 ms",
    "  errors       0 reached an application, 3 retried by drivers",
    "",
    "  serverStatus().connections  idle  without torana  with torana  torana's",
    "  127.0.0.1:1  primary           8           2,107           51        42",
    "  127.0.0.1:2  secondary         4           2,104            9         5",
    "",
  ]);
});

Deno.test("drawFigures shows no load before there is one", () => {
  const servers = SERVERS.map((row) => ({ ...row, withGateway: null, gatewayConnections: null }));
  const { lines, brief } = drawFigures({ ...FIGURES, load: null, servers }, PLAIN);
  assertEquals(lines.slice(3, 7), [
    "  clients      2,000 of 2,000 connections",
    "",
    "  serverStatus().connections  idle  without torana  with torana  torana's",
    "  127.0.0.1:1  primary           8           2,107            –         –",
  ]);
  assertEquals(brief, "0:12 With torana  clients 2,000  servers 2,107 / 2,104");
});

Deno.test("drawFigures says it in one line too", () => {
  assertEquals(
    drawFigures(FIGURES, PLAIN).brief,
    "0:12 With torana  clients 2,000  servers 51 / 9  800/s  p50 8.1 ms  p99 62 ms  retried 3  errors 0",
  );
});

Deno.test("drawFigures tells of cursors that applications began again", () => {
  const load = { ...FIGURES.load!, restarted: 2 };
  assertEquals(
    drawFigures({ ...FIGURES, load }, PLAIN).lines[6],
    "  errors       0 reached an application, 3 retried by drivers, 2 cursors begun again",
  );
});

import { assertEquals } from "@std/assert";
import { importMapArgs } from "../../../tools/import_map.ts";
import { fromFileUrl } from "../../support/spec_files.ts";
import { TextLineStream } from "../../support/text_line_stream.ts";
import { identity } from "./certificates.ts";
import { TRANSPORTS } from "./transports.ts";

const KINDS = [...TRANSPORTS.map(({ name }) => [name, "tcp"]), ["deno", "tls"], ["deno", "node:tls"]] as const;

for (const [backend = "", kind = ""] of KINDS) {
  Deno.test(`Stream on ${kind} of ${backend} lets its process end after unref()`, async () => {
    await using child = await startChild(backend, kind, "unref");
    assertEquals(await child.lines(), ["open"]);
    assertEquals((await child.status).code, 0);
  });

  Deno.test(`Stream on ${kind} of ${backend} keeps its process alive after ref()`, async () => {
    await using child = await startChild(backend, kind, "ref");
    assertEquals(await child.nextLine(), "open");
    await child.hangUp();
    assertEquals(await child.lines(), ["closed"]);
    assertEquals((await child.status).code, 0);
  });
}

/** Starts a process that dials this one, and accepts its connection. */
async function startChild(backend: string, kind: string, last: "ref" | "unref") {
  const local = { hostname: "127.0.0.1", port: 0 };
  const listener = kind === "tcp" ? Deno.listen(local) : Deno.listenTls({ ...local, ...identity("server") });
  const script = fromFileUrl(new URL("./ref_child.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ...importMapArgs(), script, backend, kind, `${listener.addr.port}`, last],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    [Symbol.asyncIterator]();
  const conn = await listener.accept();
  if ("handshake" in conn) await (conn as Deno.TlsConn).handshake();
  listener.close();
  const allLines = async () => {
    const all: string[] = [];
    for (let line = await lines.next(); !line.done; line = await lines.next()) all.push(line.value);
    return all;
  };
  let isOpen = true;
  const close = () => {
    if (isOpen) conn.close();
    isOpen = false;
  };
  return {
    status: child.status,
    lines: allLines,
    nextLine: async () => (await lines.next()).value,
    /** The child is heard first, so a process that wrongly ended would have been noticed. */
    hangUp: async () => {
      assertEquals(await conn.read(new Uint8Array(10)), 1);
      close();
    },
    async [Symbol.asyncDispose]() {
      close();
      await allLines();
      await child.status;
    },
  };
}

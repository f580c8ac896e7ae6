import { assertEquals } from "@std/assert";
import { ClientRequest } from "../../../proxy/client/client_request.ts";
import type { ClientId } from "../../../proxy/event.ts";
import type { ExchangeClient } from "../../../proxy/exchange/exchange.ts";
import { AwayCommand } from "../../../proxy/team/away_command.ts";
import type { Forwarding, ForwardReceiver } from "../../../proxy/team/forwarding.ts";
import type { GatewayTeam } from "../../../proxy/team/gateway_team.ts";
import { getMore, opMsg } from "../support/commands.ts";

/** Another worker that a test speaks for. */
class OtherWorker implements Pick<GatewayTeam, "forward"> {
  readonly told: string[] = [];
  receiver: ForwardReceiver | null = null;

  forward(_: unknown, __: unknown, receiver: ForwardReceiver): Forwarding {
    this.receiver = receiver;
    const told = (what: string) => () => void this.told.push(what);
    return { abandon: told("abandon there"), cut: told("cut there") } as unknown as Forwarding;
  }
}

function start(serveHere?: () => never) {
  const other = new OtherWorker();
  const told = (what: string) => () => void other.told.push(what);
  const client = {
    id: 1 as ClientId,
    finished: told("finished"),
    reply: told("reply"),
    breakOff: (message) => void other.told.push(`broken off: ${message}`),
    onOutcome: (_, { code }) => void other.told.push(`outcome ${code}`),
  } as Partial<ExchangeClient> as ExchangeClient;
  const away = new AwayCommand(
    new ClientRequest(opMsg(getMore(7)), 1_000),
    client,
    serveHere ?? (() => ({
      onClientDrain: told("drained here"),
      abandon: told("abandon here"),
      cut: told("cut here"),
    })),
  );
  away.start(other as unknown as GatewayTeam, [1], { isLoadBalanced: false } as Parameters<AwayCommand["start"]>[2]);
  return { other, away };
}

Deno.test("AwayCommand passes on to where the command runs what its client does", () => {
  const { other, away } = start();
  away.onClientDrain();
  assertEquals(other.told, []);
  other.receiver!.onDeclined();
  away.onClientDrain();
  away.abandon();
  away.cut();
  assertEquals(other.told, ["drained here", "abandon here", "cut here"]);
});

Deno.test("AwayCommand tells the other worker that its client left, and gives that no reply", () => {
  const { other, away } = start();
  away.abandon();
  other.receiver!.onReply(new Uint8Array(16));
  assertEquals(other.told, ["abandon there", "finished"]);
});

Deno.test("AwayCommand tells its client what came of the command, if it failed", () => {
  for (const [reply, expected] of [[{ ok: 1 }, []], [{ ok: 0, code: 43 }, ["outcome 43"]]] as const) {
    const { other } = start();
    other.receiver!.onReply(opMsg(reply));
    assertEquals(other.told, [...expected, "reply", "finished"]);
  }
});

Deno.test("AwayCommand ends its client alone for a fault in what is done here after all", () => {
  const { other } = start(() => {
    throw new Error("no message");
  });
  other.receiver!.onDeclined();
  assertEquals(other.told, ["broken off: no message", "finished"]);
});

import { FREE_HUES, type SeriesStyle } from "../../charts/palette.ts";
import { DIRECT, GATEWAYS } from "../contender.ts";

const GATEWAY_HUES = { deno: "blue", epoll: "orange" } as const;

/** How a contender looks in every chart; `all` are those of the chart. */
export function styleOf(id: string, all: readonly string[]): SeriesStyle {
  if (id === DIRECT) return { hue: "grey", stroke: "solid" };
  if (GATEWAYS.includes(id)) {
    const [backend, variant] = id.split("-") as [keyof typeof GATEWAY_HUES, string | undefined];
    const stroke = variant === undefined ? "solid" : variant === "off" ? "dotted" : "dashed";
    return { hue: GATEWAY_HUES[backend], stroke };
  }
  const peers = all.filter((other) => other !== DIRECT && !GATEWAYS.includes(other));
  return { hue: FREE_HUES[peers.indexOf(id) % FREE_HUES.length]!, stroke: "solid" };
}

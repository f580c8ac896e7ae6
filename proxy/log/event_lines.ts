import type { GatewayEventListener } from "../event.ts";
import { describeEvent } from "./describe_event.ts";
import type { LogFields, LogLine } from "./log_line.ts";
import { RepeatFilter } from "./repeat_filter.ts";

/** Takes a line, with fields that come before its own. */
export type WriteLine = (line: LogLine, extra: LogFields) => void;

/** A listener that makes lines of events, with `extra` fields; of lines that say the same one a second. */
export function eventLines(
  extra: LogFields,
  write: WriteLine,
  now: () => number = () => performance.now(),
): GatewayEventListener {
  const filter = new RepeatFilter();
  return (event) => {
    const described = describeEvent(event);
    if (described === null) return;
    const held = described.repeatKey === undefined ? 0 : filter.admit(described.repeatKey, now());
    if (held === null) return;
    write(described, held === 0 ? extra : { ...extra, repeated: held });
  };
}

import type { LogLevel } from "../gateway_config.ts";

/** What a line of the log says besides its time. */
export interface LogLine {
  readonly level: LogLevel;
  /** The kind of event; stable, for filters and alerts. */
  readonly event: string;
  /** One sentence for people. */
  readonly message: string;
  readonly fields: LogFields;
  /** Lines with the same key say the same: when many come at once, a few are enough. */
  readonly repeatKey?: string;
}

/** The facts of a line; null is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Puts a line together. */
export function line(
  level: LogLevel,
  event: string,
  message: string,
  fields: LogFields,
  repeatKey?: string,
): LogLine {
  return repeatKey === undefined
    ? { level, event, message, fields }
    : { level, event, message, fields, repeatKey: `${event} ${repeatKey}` };
}

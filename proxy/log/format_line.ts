import type { LogRecord } from "@std/log";
import type { LogFields } from "./log_line.ts";

/** What a line has besides its message, as the one argument of a log record. */
export interface LineDetails {
  readonly event: string;
  readonly fields: LogFields;
}

/** One JSON object: `time`, `level`, `event` and `message`, then the fields. */
export function formatJson(record: LogRecord): string {
  const { event, fields } = detailsOf(record);
  const { datetime, msg: message } = record;
  const known = { time: datetime.toISOString(), level: levelOf(record), event, message };
  return JSON.stringify({ ...withoutNulls(fields), ...known }, [...Object.keys(known), ...Object.keys(fields)]);
}

/** One line for people: time of day, level, message and the fields. */
export function formatPretty(record: LogRecord, isColored: boolean): string {
  const { event, fields } = detailsOf(record);
  const level = levelOf(record);
  const paint = (code: number, text: string) => isColored ? `\x1b[${code}m${text}\x1b[0m` : text;
  const facts = Object.entries(withoutNulls({ event, ...fields })).map(([name, value]) => `${name}=${plain(value)}`);
  return [
    paint(DIM, record.datetime.toISOString().slice(11, 23)),
    paint(COLORS[level] ?? 0, level.toUpperCase().padEnd(5)),
    escapeControls(record.msg),
    paint(DIM, facts.join(" ")),
  ].join(" ");
}

const DIM = 2;
const COLORS: Readonly<Record<string, number>> = { debug: 36, info: 32, warn: 33, error: 31 };

function detailsOf(record: LogRecord): LineDetails {
  return record.args[0] as LineDetails;
}

function levelOf(record: LogRecord): string {
  return record.levelName.toLowerCase();
}

function withoutNulls(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function plain(value: unknown): string {
  const text = String(value);
  return /^[^\s"=\\]+$/.test(text) && escapeControls(text) === text ? text : escapeControls(JSON.stringify(value));
}

/** Texts from clients must not move the cursor or begin a line. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`;
  });
}

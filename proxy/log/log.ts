import { BaseHandler, type LevelName, Logger, LogRecord } from "@std/log";
import type { GatewayEventListener } from "../event.ts";
import type { LogLevel } from "../gateway_config.ts";
import { eventLines } from "./event_lines.ts";
import { formatJson, formatPretty, type LineDetails } from "./format_line.ts";
import { line, type LogFields, type LogLine } from "./log_line.ts";
import { LogSink, type WriteBytes } from "./log_sink.ts";

/** How the log is written. */
export interface LogOptions {
  /** Least severe level that is written. */
  readonly level: LogLevel;
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Colours in lines for people. */
  readonly color: boolean;
  readonly write: WriteBytes;
}

/** The log of the process: one line an event. */
export class Log {
  readonly #logger: Logger;
  readonly #handler: SinkHandler;

  constructor(options: LogOptions) {
    this.#handler = new SinkHandler(options);
    this.#logger = new Logger("torana", levelNameOf(options.level), { handlers: [this.#handler] });
  }

  /** Writes a line, with `extra` fields before its own. */
  write({ level, event, message, fields }: LogLine, extra: LogFields = {}): void {
    this.#logger[level](message, { event, fields: { ...extra, ...fields } } satisfies LineDetails);
  }

  /** A listener that writes the events of the gateway named `label`; of lines that say the same one a second. */
  listener(label: string, now?: () => number): GatewayEventListener {
    return eventLines({ label }, (line, extra) => this.write(line, extra), now);
  }

  /** Resolves when every line so far is written. */
  flush(): Promise<void> {
    return this.#handler.flush();
  }
}

class SinkHandler extends BaseHandler {
  readonly #sink: LogSink;

  constructor({ pretty, color, write }: LogOptions) {
    const formatter = (record: LogRecord) => pretty ? formatPretty(record, color) : formatJson(record);
    super("DEBUG", { formatter });
    this.#sink = new LogSink(write, (lines) => formatter(lostRecord(lines)));
  }

  override log(text: string): void {
    this.#sink.push(text);
  }

  flush(): Promise<void> {
    return this.#sink.flush();
  }
}

function lostRecord(lines: number): LogRecord {
  const { message: msg, event, fields } = line("warn", "linesLost", "The log could not be written fast enough", {
    lines,
  });
  return new LogRecord({ msg, args: [{ event, fields }], level: 30, loggerName: "torana" });
}

function levelNameOf(level: LogLevel): LevelName {
  return level.toUpperCase() as LevelName;
}

import type { LogLevel } from "../gateway_config.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Says whether a line of `level` is written where `least` is the least severe that is. */
export function isLogged(level: LogLevel, least: LogLevel): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}

import { ConfigError } from "../../../proxy/cli/config_error.ts";

/** What an operator reads when `run` throws; fails if it throws nothing, or anything but a {@linkcode ConfigError}. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("Nothing was thrown, expected a ConfigError");
}

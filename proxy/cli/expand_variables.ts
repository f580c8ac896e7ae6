import { ConfigError } from "./config_error.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces every `${NAME}` by that environment variable; `$NAME` stays as it is. `place` says in messages where the
 * text is from. Throws {@linkcode ConfigError} for a variable that is not set: an empty part would only fail later,
 * as a wrong password for example.
 */
export function expandVariables(text: string, env: Environment, place: string): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) throw new ConfigError(`Environment variable ${name} is not set; ${place} asks for it`);
    return value;
  });
}

/** The folder for what the project downloads and remembers: `$XDG_CACHE_HOME/torana`, by default `~/.cache/torana`. */
export function cacheFolder(): string {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? ".";
  return `${Deno.env.get("XDG_CACHE_HOME") || `${home}/.cache`}/torana`;
}

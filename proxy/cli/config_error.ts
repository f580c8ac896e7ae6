/** Something wrong with what the operator gave: says which, where, and what would be right; never a password. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

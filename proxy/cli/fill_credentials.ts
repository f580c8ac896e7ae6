import { splitUri } from "../../driver/uri_syntax.ts";
import { ConfigError } from "./config_error.ts";

/** User name and password from flags; empty where none is given. */
export interface GivenCredentials {
  readonly username: string;
  readonly password: string;
}

/** What stands for the user name in URIs that must have one, in configurations made for mongobetween. */
const PLACEHOLDER = "_";

/**
 * Puts the given user name into a URI that has none, an empty one or `_`, and the given password into one that has
 * none or an empty one. Throws {@linkcode ConfigError} for a password without any user name, and `MongoParseError`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const uri = fillCredentials("mongodb://_@host/", { username: "app", password: "p@ss" });
 * assertEquals(uri, "mongodb://app:p%40ss@host/");
 * ```
 */
export function fillCredentials(uri: string, given: GivenCredentials): string {
  const { username, password } = splitUri(uri);
  const takesName = given.username !== "" && (!username || username === PLACEHOLDER);
  const takesPassword = given.password !== "" && !password;
  if (!takesName && !takesPassword) return uri;
  const name = takesName ? given.username : username ?? "";
  if (name === "") {
    throw new ConfigError("Password given for a URI without a user name, expected --username or a name in the URI");
  }
  const secret = takesPassword ? given.password : password;
  const userinfo = [name, ...(secret === null ? [] : [secret])].map(encodeURIComponent).join(":");
  return uri.replace(/^([^/]*\/\/)(?:[^/?]*@)?/, (_, scheme: string) => `${scheme}${userinfo}@`);
}

import { assertEquals, assertThrows } from "@std/assert";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import { MongoParseError } from "../../../driver/error.ts";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { fillCredentials } from "../../../proxy/cli/fill_credentials.ts";

const CASES: readonly (readonly [uri: string, username: string, password: string, filled: string])[] = [
  ["mongodb://h", "", "", "mongodb://h"],
  ["mongodb://u:p@h", "", "", "mongodb://u:p@h"],
  ["mongodb://h", "app", "", "mongodb://app@h"],
  ["mongodb://h", "app", "pw", "mongodb://app:pw@h"],
  ["mongodb://h/?authSource=x", "app", "pw", "mongodb://app:pw@h/?authSource=x"],
  ["mongodb://@h", "app", "pw", "mongodb://app:pw@h"],
  ["mongodb://_@h", "app", "pw", "mongodb://app:pw@h"],
  ["mongodb://_:@h", "app", "pw", "mongodb://app:pw@h"],
  ["mongodb://_:own@h", "app", "pw", "mongodb://app:own@h"],
  ["mongodb://u@h", "app", "pw", "mongodb://u:pw@h"],
  ["mongodb://u:@h", "app", "pw", "mongodb://u:pw@h"],
  ["mongodb://u:own@h", "app", "pw", "mongodb://u:own@h"],
  ["mongodb://u@h", "", "pw", "mongodb://u:pw@h"],
  ["mongodb://_@h", "", "pw", "mongodb://_:pw@h"],
  ["mongodb://u%40x:o%2Fwn@h", "app", "pw", "mongodb://u%40x:o%2Fwn@h"],
  ["mongodb://u%40x@h", "app", "pw", "mongodb://u%40x:pw@h"],
  ["mongodb://a,b:2/db?x=y@z", "app", "p@:/?#[]%", "mongodb://app:p%40%3A%2F%3F%23%5B%5D%25@a,b:2/db?x=y@z"],
  ["mongodb://h", "$&$1", "$`", "mongodb://%24%26%241:%24%60@h"],
  ["mongodb+srv://h.example.com/?a=b", "ä", "ö", "mongodb+srv://%C3%A4:%C3%B6@h.example.com/?a=b"],
  ["mongodb://%2Ftmp%2Fx.sock", "app", "pw", "mongodb://app:pw@%2Ftmp%2Fx.sock"],
  ["mongodb://h?a=b", "app", "pw", "mongodb://app:pw@h?a=b"],
];

for (const [uri, username, password, filled] of CASES) {
  Deno.test(`fillCredentials() makes ${filled} of ${uri}`, () => {
    assertEquals(fillCredentials(uri, { username, password }), filled);
  });
}

Deno.test("fillCredentials() gives what a connection string reads back", () => {
  const given = { username: "u:s/e?r@", password: "p@s%40s w|ö" };
  const { credentials } = parseConnectionString(fillCredentials("mongodb://h/db", given));
  assertEquals({ username: credentials?.username, password: credentials?.password }, given);
});

Deno.test("fillCredentials() refuses a password without a user name", () => {
  const fill = () => fillCredentials("mongodb://h", { username: "", password: "s3cret" });
  assertThrows(fill, ConfigError, "Password given for a URI without a user name, expected --username");
});

Deno.test("fillCredentials() refuses what is no connection string", () => {
  assertThrows(() => fillCredentials("http://h", { username: "a", password: "b" }), MongoParseError);
});

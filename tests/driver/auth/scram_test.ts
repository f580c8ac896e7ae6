import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ScramClient } from "../../../driver/auth/scram.ts";
import { scramKeys } from "../../../driver/auth/scram_keys.ts";
import { MongoAuthError } from "../../../driver/error.ts";

/** The exchanges of RFC 5802, section 5, and RFC 7677, section 3: user `user`, password `pencil`. */
const RFC_5802 = {
  hash: "SHA-1",
  nonce: "fyko+d2lbbFgONRv9qkxdawL",
  first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
  serverFirst: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
  final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
  serverFinal: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
} as const;
const RFC_7677 = {
  hash: "SHA-256",
  nonce: "rOprNGfwEbeRWgbNEkqO",
  first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
  serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
} as const;

function clientOf({ hash, nonce }: { hash: "SHA-1" | "SHA-256"; nonce: string }): ScramClient {
  return new ScramClient({ hash, username: "user" }, nonce);
}

for (const [name, rfc] of Object.entries({ RFC_5802, RFC_7677 })) {
  Deno.test(`ScramClient speaks the exchange of ${name.replace("_", " ")}`, async () => {
    const client = clientOf(rfc);
    assertEquals(client.first, rfc.first);
    assertEquals(await client.prove(rfc.serverFirst, "pencil"), rfc.final);
    client.verify(rfc.serverFinal);
  });
}

Deno.test("ScramClient escapes the user name and draws its own nonces", () => {
  assertEquals(new ScramClient({ hash: "SHA-1", username: "a=b,c\u2168" }, "r").first, "n,,n=a=3Db=2Cc\u2168,r=r");
  const draw = () => new ScramClient({ hash: "SHA-1", username: "u" }).first;
  assertNotEquals(draw(), draw());
});

Deno.test("ScramClient refuses a server's first message that does not fit", async () => {
  const nonce = RFC_7677.nonce;
  const bad: Readonly<Record<string, string>> = {
    [`r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`]: "nonce",
    ["r=other,s=QSXCR+Q6sek8bf92,i=4096"]: "nonce",
    [`r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4095`]: "iteration count of the server is 4095, expected at least 4096",
    [`r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4096x`]: "iteration count",
    [`r=${nonce}x,s=QSXCR+Q6sek8bf92`]: "iteration count",
    [`r=${nonce}x,s=?,i=4096`]: "base 64",
    [`m=x,r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4096`]: "extension",
    ["e=unknown-user"]: "unknown-user",
    [""]: "nonce",
  };
  for (const [message, expected] of Object.entries(bad)) {
    await assertRejects(() => clientOf(RFC_7677).prove(message, "pencil"), MongoAuthError, expected);
  }
});

Deno.test("ScramClient refuses a server that does not know the password", async () => {
  const signature = RFC_7677.serverFinal.slice(2);
  const bad = ["", "v=", "v=AAAA", `v=${signature.replace("6", "7")}`, `x=${signature}`];
  for (const message of bad) {
    const client = clientOf(RFC_7677);
    await client.prove(RFC_7677.serverFirst, "pencil");
    assertThrows(() => client.verify(message), MongoAuthError, "signature");
  }
  const client = clientOf(RFC_7677);
  await client.prove(RFC_7677.serverFirst, "pencil");
  assertThrows(() => client.verify("e=invalid-proof"), MongoAuthError, "invalid-proof");
});

Deno.test("ScramClient keeps the order of its steps", async () => {
  const client = clientOf(RFC_7677);
  assertThrows(() => client.verify(RFC_7677.serverFinal), MongoAuthError, "when started");
  await client.prove(RFC_7677.serverFirst, "pencil");
  const error = await assertRejects(() => client.prove(RFC_7677.serverFirst, "pencil"), MongoAuthError);
  assertStringIncludes(error.message, "when proved");
});

Deno.test("scramKeys computes the keys of one secret once", async () => {
  const secret = { hash: "SHA-256", password: "cached", salt: "QSXCR+Q6sek8bf92", iterations: 4096 } as const;
  const keys = scramKeys(secret);
  assertEquals(scramKeys({ ...secret }) === keys, true);
  const others = [
    scramKeys({ ...secret, password: "other" }),
    scramKeys({ ...secret, hash: "SHA-1" }),
    scramKeys({ ...secret, iterations: 4097 }),
    scramKeys({ ...secret, salt: "QSXCR+Q6sek8bf93" }),
  ];
  assertEquals(others.includes(keys), false);
  await Promise.all([keys, ...others]);
});

import { createHash } from "node:crypto";
import { MongoAuthError } from "../error.ts";
import type { MongoCredentials } from "./credentials.ts";
import { type MechanismConversation, payloadText, requiredPassword, textPayload } from "./mechanism.ts";
import { saslprep } from "./saslprep.ts";
import { ScramClient } from "./scram.ts";

/** The mechanisms of the SCRAM family. */
export type ScramMechanism = "SCRAM-SHA-1" | "SCRAM-SHA-256";

/** SCRAM in SASL commands; `nonce` is for tests. */
export function scramConversation(
  mechanism: ScramMechanism,
  credentials: MongoCredentials,
  nonce?: string,
): MechanismConversation {
  const { username } = credentials;
  const password = requiredPassword(credentials, mechanism);
  const scram = new ScramClient({ hash: mechanism === "SCRAM-SHA-1" ? "SHA-1" : "SHA-256", username }, nonce);
  return {
    mechanism,
    first: {
      saslStart: 1,
      mechanism,
      payload: textPayload(scram.first),
      options: { skipEmptyExchange: true },
    },
    isSpeculative: true,
    async continue(reply, run) {
      if (reply.done !== false) throw new MongoAuthError("Server ended SCRAM before either side proved anything");
      const { conversationId } = reply;
      const proof = await scram.prove(payloadText(reply), preparePassword(mechanism, username, password));
      const outcome = await run({ saslContinue: 1, conversationId, payload: textPayload(proof) });
      scram.verify(payloadText(outcome));
      if (outcome.done === true) return;
      // Servers that do not know skipEmptyExchange want one more round.
      const end = await run({ saslContinue: 1, conversationId, payload: textPayload("") });
      if (end.done !== true) throw new MongoAuthError("Server goes on after SCRAM, expected it to be done");
    },
  };
}

/** SCRAM-SHA-1 works on the digest of the older MONGODB-CR, so that the stored users stayed valid. */
function preparePassword(mechanism: ScramMechanism, username: string, password: string): string {
  if (mechanism === "SCRAM-SHA-256") return saslprep(password);
  return createHash("md5").update(`${username}:mongo:${password}`, "utf8").digest("hex");
}

import { MongoAuthError } from "../error.ts";
import type { MongoCredentials } from "./credentials.ts";
import { type MechanismConversation, requiredPassword, textPayload } from "./mechanism.ts";

/** PLAIN (RFC 4616): the password itself, for a server that asks a directory. Only TLS keeps it secret. */
export function plainConversation(credentials: MongoCredentials): MechanismConversation {
  const password = requiredPassword(credentials, "PLAIN");
  const payload = textPayload(`\0${credentials.username}\0${password}`);
  return {
    mechanism: "PLAIN",
    first: { saslStart: 1, mechanism: "PLAIN", payload },
    isSpeculative: false,
    continue(reply) {
      return reply.done === true
        ? Promise.resolve()
        : Promise.reject(new MongoAuthError("Server goes on after PLAIN, expected it to be done"));
    },
  };
}

import type { MongoCredentials } from "./credentials.ts";
import type { MechanismConversation } from "./mechanism.ts";

/** MONGODB-X509: the server takes the user from the client's TLS certificate. */
export function x509Conversation({ username }: MongoCredentials): MechanismConversation {
  const first = { authenticate: 1, mechanism: "MONGODB-X509" };
  return {
    mechanism: "MONGODB-X509",
    first: username === "" ? first : { ...first, user: username },
    isSpeculative: true,
    continue: () => Promise.resolve(),
  };
}

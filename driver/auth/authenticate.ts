import type { Document } from "../../codec/bson_types.ts";
import { MongoAuthError, MongoServerError } from "../error.ts";
import type { AuthMechanism, MongoCredentials } from "./credentials.ts";
import type { MechanismConversation } from "./mechanism.ts";
import { plainConversation } from "./plain.ts";
import { scramConversation } from "./scram_conversation.ts";
import { x509Conversation } from "./x509.ts";

/** Runs a command on a database of the server. Throws `MongoServerError` on `ok: 0`. */
export type RunCommand = (database: string, command: Document) => Promise<Document>;

/** The authentication of one connection; of one use. */
export interface AuthConversation {
  /**
   * The first command to send along in `hello`, with its database in `db`; null where the mechanism does not do that.
   */
  speculativeAuthenticate(): Document | null;
  /**
   * Authenticates, given the reply to the `hello` that carried {@linkcode speculativeAuthenticate}.
   * Throws `MongoAuthError` with the server's code where the server refuses; what `run` throws else goes through.
   */
  finish(run: RunCommand, hello: Document): Promise<void>;
}

/**
 * Begins an authentication. Throws `MongoAuthError` where the mechanism is not supported or needs a password that is
 * not there.
 *
 * Without a mechanism in the credentials SCRAM-SHA-256 is tried along with the `hello`, which then must carry
 * `saslSupportedMechs`, and the server's answer decides.
 */
export function startAuth(credentials: MongoCredentials): AuthConversation {
  const speculated = beginMechanism(credentials, credentials.mechanism ?? "SCRAM-SHA-256");
  return {
    speculativeAuthenticate: () => speculated.isSpeculative ? { ...speculated.first, db: credentials.source } : null,
    finish: async (run, hello) => {
      // An arbiter knows no users.
      if (hello.arbiterOnly === true) return;
      const mechanism = credentials.mechanism ?? negotiatedMechanism(hello);
      const isSpeculated = mechanism === speculated.mechanism;
      const conversation = isSpeculated ? speculated : beginMechanism(credentials, mechanism);
      const early = isSpeculated ? hello.speculativeAuthenticate : undefined;
      const runOnSource = (command: Document) => run(credentials.source, command);
      try {
        const reply = early ?? await runOnSource(conversation.first);
        await conversation.continue(reply, runOnSource);
      } catch (error) {
        throw describeFailure(error, credentials, mechanism);
      }
    },
  };
}

function beginMechanism(credentials: MongoCredentials, mechanism: AuthMechanism): MechanismConversation {
  switch (mechanism) {
    case "SCRAM-SHA-1":
    case "SCRAM-SHA-256":
      return scramConversation(mechanism, credentials);
    case "PLAIN":
      return plainConversation(credentials);
    case "MONGODB-X509":
      return x509Conversation(credentials);
    case "GSSAPI":
    case "MONGODB-AWS":
    case "MONGODB-OIDC":
      throw new MongoAuthError(
        `Authentication with ${mechanism} is not supported, expected SCRAM-SHA-256, SCRAM-SHA-1, PLAIN or MONGODB-X509`,
      );
  }
}

/** Default mechanism of the authentication specification. */
function negotiatedMechanism(hello: Document): AuthMechanism {
  const supported: unknown = hello.saslSupportedMechs;
  return Array.isArray(supported) && supported.includes("SCRAM-SHA-256") ? "SCRAM-SHA-256" : "SCRAM-SHA-1";
}

function describeFailure(error: unknown, { username, source }: MongoCredentials, mechanism: AuthMechanism): unknown {
  const isServers = error instanceof MongoServerError;
  if (!isServers && !(error instanceof MongoAuthError)) return error;
  const who = username === "" ? "the client" : `"${username}"`;
  return new MongoAuthError(
    `Authentication of ${who} on "${source}" with ${mechanism} failed: ${error.message}`,
    { code: error.code, cause: error, errorLabels: error.errorLabels },
  );
}

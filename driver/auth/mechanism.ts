import { Binary, type Document } from "bson";
import { MongoAuthError } from "../error.ts";
import type { AuthMechanism, MongoCredentials } from "./credentials.ts";

/** One mechanism's exchange, begun by `first` on the credentials' source. */
export interface MechanismConversation {
  readonly mechanism: AuthMechanism;
  /** The first command, without a database. */
  readonly first: Document;
  /** Whether `first` may ride on `hello`. */
  readonly isSpeculative: boolean;
  /** Takes the reply to `first` and does the rest with `run`. Throws `MongoAuthError`. */
  continue(reply: Document, run: (command: Document) => Promise<Document>): Promise<void>;
}

/** The password of credentials whose mechanism needs one. Throws `MongoAuthError`. */
export function requiredPassword({ password, username }: MongoCredentials, mechanism: AuthMechanism): string {
  if (password !== null) return password;
  throw new MongoAuthError(
    `Missing password of "${username}", which ${mechanism} needs, expected mongodb://user:password@host`,
  );
}

/** The text in a SASL reply. Throws `MongoAuthError`. */
export function payloadText(reply: Document): string {
  const payload: unknown = reply.payload;
  if (payload instanceof Binary) return new TextDecoder().decode(payload.value());
  throw new MongoAuthError("Server's SASL reply has no payload, expected binary data");
}

/** A text as the payload of a SASL command. */
export function textPayload(text: string): Binary {
  return new Binary(new TextEncoder().encode(text));
}

import type { Document } from "../../codec/bson_types.ts";
import { MongoServerError } from "../error.ts";

/** Throws the error of the one statement that a write command had, if there is one in its reply. */
export function checkWriteReply({ writeErrors, errorLabels }: Document): void {
  if (writeErrors === undefined || writeErrors.length === 0) return;
  throw new MongoServerError(errorLabels === undefined ? writeErrors[0] : { ...writeErrors[0], errorLabels });
}

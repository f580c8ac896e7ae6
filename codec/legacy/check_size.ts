import { LegacyRefusal } from "./legacy_refusal.ts";

/** The longest document that servers read: 16 MiB of a user's, and 16 KiB for what may be around it. */
export const MAX_INTERNAL_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

/** Throws {@linkcode LegacyRefusal} if servers do not read a document of this length, in bytes. */
export function checkSize(length: number): void {
  if (length <= MAX_INTERNAL_DOCUMENT_BYTES) return;
  throw new LegacyRefusal(
    10334,
    "BSONObjectTooLarge",
    `BSONObj size: ${length} (0x${length.toString(16).toUpperCase()}) is invalid. ` +
      `Size must be between 0 and ${MAX_INTERNAL_DOCUMENT_BYTES}(16MB)`,
  );
}

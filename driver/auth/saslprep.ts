import { MongoAuthError } from "../error.ts";
import {
  isInTable,
  LEFT_TO_RIGHT,
  MAPPED_TO_NOTHING,
  NON_ASCII_SPACES,
  PROHIBITED,
  RIGHT_TO_LEFT,
  UNASSIGNED,
} from "./saslprep_tables.ts";

/** How strict {@linkcode saslprep} is. */
export interface SaslprepOptions {
  /** Lets characters pass that Unicode 3.2 does not have: a query, not a string to store. @default {false} */
  readonly allowUnassigned?: boolean;
}

/**
 * Prepares a password so that different ways to type it come out the same (RFC 4013).
 * Throws `MongoAuthError`, which does not show the text, if it holds a prohibited or unassigned character or mixes
 * writing directions.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(saslprep("I\u00adX"), "IX");
 * assertEquals(saslprep("\u2168"), "IX");
 * ```
 */
export function saslprep(text: string, options: SaslprepOptions = {}): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const prepared = [...text].map(mapCharacter).join("").normalize("NFKC");
  const codePoints = Array.from(prepared, (character) => character.codePointAt(0)!);
  if (codePoints.some((codePoint) => isInTable(PROHIBITED, codePoint))) {
    throw new MongoAuthError("Password has a character that SASLprep prohibits");
  }
  if (!options.allowUnassigned && codePoints.some((codePoint) => isInTable(UNASSIGNED, codePoint))) {
    throw new MongoAuthError("Password has a character that is not assigned in Unicode 3.2, which SASLprep prohibits");
  }
  if (!hasOneDirection(codePoints)) {
    throw new MongoAuthError("Password mixes writing directions in a way that SASLprep prohibits");
  }
  return prepared;
}

function mapCharacter(character: string): string {
  const codePoint = character.codePointAt(0)!;
  if (isInTable(NON_ASCII_SPACES, codePoint)) return " ";
  return isInTable(MAPPED_TO_NOTHING, codePoint) ? "" : character;
}

/** RFC 3454, section 6: text with a right-to-left character begins and ends with one and has none of the other kind. */
function hasOneDirection(codePoints: readonly number[]): boolean {
  const isRightToLeft = (codePoint: number) => isInTable(RIGHT_TO_LEFT, codePoint);
  if (!codePoints.some(isRightToLeft)) return true;
  return isRightToLeft(codePoints[0]!) && isRightToLeft(codePoints.at(-1)!) &&
    !codePoints.some((codePoint) => isInTable(LEFT_TO_RIGHT, codePoint));
}

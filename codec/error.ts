/**
 * Bytes that are not what the wire protocol or BSON allows.
 *
 * The message carries all three facts but never any content of a document.
 */
export class CodecError extends Error {
  /** For telling it apart where `instanceof` cannot, e.g. across realms. */
  override readonly name = "CodecError";
  /** Where it was found, in bytes from the start of the message or document that was read. */
  readonly offset: number;
  /** What would have been right. */
  readonly expected: string;
  /** What was there. */
  readonly actual: string;

  /** Makes the message of `what`, a noun with a capital first letter, and of the three facts in `at`. */
  constructor(
    what: string,
    at: { offset: number; expected: string | number; actual: string | number },
    options?: ErrorOptions,
  ) {
    super(`${what} at byte ${at.offset}: expected ${at.expected}, got ${at.actual}`, options);
    this.offset = at.offset;
    this.expected = String(at.expected);
    this.actual = String(at.actual);
  }
}

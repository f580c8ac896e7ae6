/**
 * An old operation that is well formed but that no server executes, with the error that a server of MongoDB 5.0 gives
 * for it: an error of the client's, which its connection survives.
 */
export class LegacyRefusal extends Error {
  /** For telling it apart where `instanceof` cannot, e.g. across realms. */
  override readonly name = "LegacyRefusal";
  /** The server's number of the error. */
  readonly code: number;
  /** The name that goes with the code. */
  readonly codeName: string;

  /** Makes the error of its number, the number's name, and the server's words. */
  constructor(code: number, codeName: string, errmsg: string) {
    super(errmsg);
    this.code = code;
    this.codeName = codeName;
  }

  /** The server's words. */
  get errmsg(): string {
    return this.message;
  }
}

/** What of an error a message between threads carries: the names of the driver's errors would not survive cloning. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly cause: PlainError | null;
}

/** Makes data of whatever was thrown. */
export function toPlainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown), cause: null };
  const { name, message, cause } = thrown;
  return { name, message, cause: cause === undefined ? null : toPlainError(cause) };
}

/** Makes an error of the data again, with its name and causes; it is no instance of the class it was. */
export function fromPlainError({ name, message, cause }: PlainError): Error {
  const error = new Error(message, cause === null ? undefined : { cause: fromPlainError(cause) });
  error.name = name;
  return error;
}

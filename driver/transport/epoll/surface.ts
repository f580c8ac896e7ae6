/** Lets what a callback threw be seen as it is when a promise's callback throws, while whoever called it goes on. */
export function surface(error: unknown): void {
  void Promise.reject(error);
}

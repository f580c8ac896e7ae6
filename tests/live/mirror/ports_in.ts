/** Every text in a reply that has one of `ports` in it, keys and numbers called `port` included, with its path. */
export function portsIn(reply: unknown, ports: readonly number[]): string[] {
  const pattern = new RegExp(`(?<!\\d)(?:${ports.join("|")})(?!\\d)`);
  return [...texts(reply, "")].filter(([, text]) => pattern.test(text)).map(([path, text]) => `${path}: ${text}`);
}

function* texts(value: unknown, path: string): Generator<[path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  else if (typeof value === "number" && path.endsWith(".port")) yield [path, String(value)];
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield [`${path}.${key}`, key];
      yield* texts(item, `${path}.${key}`);
    }
  }
}

import type { Document } from "bson";

/** Turns the options that the test format writes in a way of its own into those of the Node driver. */
export function driverOptions(options: Document): Document {
  const { readPreference, cursorType, ...rest } = options;
  return {
    ...rest,
    ...readPreference === undefined ? {} : { readPreference: driverReadPreference(readPreference) },
    ...cursorType === undefined ? {} : cursorTypes(cursorType),
  };
}

function driverReadPreference({ mode, tagSets, ...rest }: Document): Document {
  return { mode, ...tagSets === undefined ? {} : { tags: tagSets }, ...rest };
}

function cursorTypes(cursorType: unknown): Document {
  switch (cursorType) {
    case "tailableAwait":
      return { tailable: true, awaitData: true };
    case "tailable":
      return { tailable: true };
    case "nonTailable":
      return {};
    default:
      throw new Error(`Unknown cursor type ${cursorType}`);
  }
}

/** `before` or `after`. Throws `Error` for anything else than the two, in either case. */
export function returnDocument(options: Document): Document {
  if (options.returnDocument === undefined) return options;
  const value = String(options.returnDocument).toLowerCase();
  if (value !== "before" && value !== "after") {
    throw new Error(`returnDocument is ${JSON.stringify(options.returnDocument)}, expected Before or After`);
  }
  return { ...options, returnDocument: value };
}

import type { Document } from "bson";
import type { DriverObject, DriverUnderTest } from "../driver_interface.ts";

/** How one operation of the test format is done with a driver's object. */
export interface Operation {
  /** The driver's method that does it; a driver without it has the case skipped. Null where it takes none. */
  readonly method: string | null;
  /** The kind of object that has the method, if it is not the operation's own. */
  readonly methodOf?: "database";
  /** Its result is what an iterable gave: each element is compared as a root document. */
  readonly isIterable?: boolean;
  /** `args` have the names of the test format; sessions and common options are the driver's already. */
  run(target: DriverObject, args: Document, driver: DriverUnderTest): Promise<unknown>;
}

/** Operations by the test format's names. */
export type OperationTable = Readonly<Record<string, Operation>>;

/** Calls the method of the same name, its first arguments taken from those that `names` list, the rest as options. */
export function call(method: string, ...names: readonly string[]): Operation {
  return {
    method,
    run: async (target, args) => {
      const options = { ...args };
      const positional = names.map((name) => take(options, name));
      return await target[method](...positional, options);
    },
  };
}

/** Like {@linkcode call}, for methods that give a cursor: all its documents are read. */
export function list(method: string, ...names: readonly string[]): Operation {
  const open = call(method, ...names);
  return {
    method,
    isIterable: true,
    run: async (target, args, driver) => await (await open.run(target, args, driver) as DriverObject).toArray(),
  };
}

/** Watches for changes; the change stream exists on the server when it resolves. */
export const createChangeStream: Operation = {
  method: "watch",
  run: async (target, { pipeline, ...options }, driver) => await opened(target.watch(pipeline, options), driver),
};

/** Sends the cursor's first command; it is closed where that fails. */
export async function opened(cursor: DriverObject, driver: DriverUnderTest): Promise<DriverObject> {
  try {
    await driver.openCursor(cursor);
  } catch (error) {
    await cursor.close();
    throw error;
  }
  return cursor;
}

function take(options: Document, name: string): unknown {
  const value = options[name];
  delete options[name];
  return value;
}

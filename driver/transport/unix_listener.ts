/** The part of `Deno.Listener` that accepting needs. */
export type Acceptor = Pick<Deno.Listener, "accept" | "addr" | "close">;

/** What listens on a unix socket, and how it stops. */
export interface UnixListener<Bound> {
  readonly bound: Bound;
  /** Closes it; the file goes. */
  close(): void;
}

/**
 * Listens on a unix socket; its file goes when the listener is closed. With `unlink` it takes the place of a socket file
 * that is there. Throws what the runtime throws: `AddrInUse` where a file is in the way.
 */
export function listenUnix(path: string, unlink: boolean): Acceptor {
  const { bound, close } = openUnix(path, unlink, (at) => Deno.listen({ transport: "unix", path: at }));
  return { addr: bound.addr, accept: () => bound.accept(), close };
}

/** The same for whatever `bind` makes, which throws as the runtime does. */
export function openUnix<Bound extends Closer>(
  path: string,
  unlink: boolean,
  bind: (path: string) => Bound,
): UnixListener<Bound> {
  const bound = unlink ? bindOver(path, bind) : bindNew(path, bind);
  const inode = fileInfo(path)?.ino;
  return {
    bound,
    close() {
      bound.close();
      // A successor may have put its own in place.
      if (fileInfo(path)?.ino === inode) Deno.removeSync(path);
    },
  };
}

interface Closer {
  close(): void;
}

function bindNew<Bound>(path: string, bind: (path: string) => Bound): Bound {
  try {
    return bind(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    const why = "another process listens on it, or one left it behind, which unlink would replace";
    throw new Deno.errors.AddrInUse(`The file is there already: ${why}`, { cause: error });
  }
}

/**
 * Binds under another name and renames: at any moment clients find a socket that is listened on, and the runtime, which
 * removes the name that was bound when a listener is closed, removes no successor's.
 */
function bindOver<Bound extends Closer>(path: string, bind: (path: string) => Bound): Bound {
  const isInTheWay = fileInfo(path)?.isSocket === false;
  if (isInTheWay) throw new Deno.errors.AddrInUse("The file is there already and is no socket");
  const temporary = `${path}.${Deno.pid}`;
  if (fileInfo(temporary) !== null) Deno.removeSync(temporary);
  const bound = bind(temporary);
  try {
    Deno.renameSync(temporary, path);
    return bound;
  } catch (error) {
    bound.close();
    throw error;
  }
}

function fileInfo(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The part of `Deno.Listener` that accepting needs. */
export type Acceptor = Pick<Deno.Listener, "accept" | "addr" | "close">;

/**
 * Listens on a unix socket; its file goes when the listener is closed. With `unlink` it takes the place of a socket file
 * that is there. Throws what the runtime throws: `AddrInUse` where a file is in the way.
 */
export function listenUnix(path: string, unlink: boolean): Acceptor {
  const listener = unlink ? bindOver(path) : bind(path);
  const inode = fileInfo(path)?.ino;
  return {
    addr: listener.addr,
    accept: () => listener.accept(),
    close() {
      listener.close();
      // A successor may have put its own in place.
      if (fileInfo(path)?.ino === inode) Deno.removeSync(path);
    },
  };
}

function bind(path: string): Deno.Listener {
  try {
    return Deno.listen({ transport: "unix", path });
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
function bindOver(path: string): Deno.Listener {
  const isInTheWay = fileInfo(path)?.isSocket === false;
  if (isInTheWay) throw new Deno.errors.AddrInUse("The file is there already and is no socket");
  const temporary = `${path}.${Deno.pid}`;
  if (fileInfo(temporary) !== null) Deno.removeSync(temporary);
  const listener = Deno.listen({ transport: "unix", path: temporary });
  try {
    Deno.renameSync(temporary, path);
    return listener;
  } catch (error) {
    listener.close();
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

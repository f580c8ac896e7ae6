import type { MongoServerSelectionError } from "../error.ts";
import type { Server, Topology } from "../sdam/topology.ts";
import type { SelectionRequest } from "../selection/selection_cache.ts";
import type { GiveUp } from "./give_up.ts";

/** A server for `request`: at once if there is one now, else as soon as there is. */
export function findServer(
  topology: Topology,
  request: SelectionRequest,
  giveUp: GiveUp | null,
): Server | Promise<Server> {
  return topology.trySelect(request) ?? new Promise((resolve, reject) => {
    giveUp?.check();
    const waiter = {
      onServer(server: Server): void {
        stopWatching?.();
        resolve(server);
      },
      onSelectionFailed(error: MongoServerSelectionError): void {
        stopWatching?.();
        reject(error);
      },
    };
    const stopWatching = giveUp?.watch((reason) => {
      topology.cancelSelection(waiter);
      reject(reason);
    });
    topology.select(request, waiter);
  });
}

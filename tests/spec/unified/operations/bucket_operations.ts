import type { DriverObject } from "../driver_interface.ts";
import { call, list, type Operation, type OperationTable } from "./operation.ts";

/** What cases do with a GridFS bucket. */
export const BUCKET_OPERATIONS: OperationTable = {
  delete: call("delete", "id"),
  deleteByName: call("deleteByName", "filename"),
  download: download("openDownloadStream", "id"),
  downloadByName: download("openDownloadStreamByName", "filename"),
  drop: call("drop"),
  find: list("find", "filter"),
  rename: call("rename", "id", "newFilename"),
  renameByName: call("renameByName", "filename", "newFilename"),
  upload: upload("openUploadStream"),
  uploadWithId: upload("openUploadStreamWithId"),
};

/** Reads the whole file. */
function download(method: string, name: string): Operation {
  const open = call(method, name);
  return {
    method,
    run: async (target, args, driver) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await open.run(target, args, driver) as DriverObject & AsyncIterable<Uint8Array>) {
        chunks.push(chunk);
      }
      return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
    },
  };
}

function upload(method: string): Operation {
  return {
    method,
    run: async (target, { id, filename, source, ...options }, driver) => {
      return await driver.upload(target, id, filename, fromHex(source?.$$hexBytes), options);
    },
  };
}

function fromHex(hex: unknown): Uint8Array {
  if (typeof hex !== "string" || !/^(?:[\da-f]{2})*$/i.test(hex)) throw new Error(`Not hex bytes: ${hex}`);
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

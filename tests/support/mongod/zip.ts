import { inflateRawSync } from "node:zlib";

/** A file in a zip archive; its bytes are inflated on demand. */
export interface ZipEntry {
  readonly name: string;
  read(): Uint8Array;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const STORED = 0;

/** Lists the files of a zip archive of less than 4 GB. Throws `Error` for anything else. */
export function zipEntries(archive: Uint8Array): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const entries: ZipEntry[] = [];
  let offset = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(offset, true) !== ENTRY_SIGNATURE) throw new Error(`No zip entry at offset ${offset}`);
    const nameBytes = view.getUint16(offset + 28, true);
    entries.push(zipEntry(archive, view, offset, nameBytes));
    offset += 46 + nameBytes + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

function findEnd(view: DataView): number {
  for (let offset = view.byteLength - END_BYTES; offset >= 0; offset--) {
    if (view.getUint32(offset, true) === END_SIGNATURE) return offset;
  }
  throw new Error("No zip archive: the end of the central directory is missing");
}

function zipEntry(archive: Uint8Array, view: DataView, offset: number, nameBytes: number): ZipEntry {
  const name = new TextDecoder().decode(archive.subarray(offset + 46, offset + 46 + nameBytes));
  const method = view.getUint16(offset + 10, true);
  const size = view.getUint32(offset + 20, true);
  const local = view.getUint32(offset + 42, true);
  const read = () => {
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const data = archive.subarray(start, start + size);
    return method === STORED ? data : inflateRawSync(data);
  };
  return { name, read };
}

import { readInt32 } from "./byte_reader.ts";

/** The Castagnoli polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256: table k tells what a byte does that is k bytes before the end of a word. */
const TABLES = makeTables();

/** Computes the CRC-32C (Castagnoli) checksum of `bytes`, as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  let offset = 0;
  for (const end = bytes.length - 7; offset < end; offset += 8) {
    const low = readInt32(bytes, offset) ^ crc;
    const high = readInt32(bytes, offset + 4);
    crc = TABLES[1792 + (low & 255)]! ^ TABLES[1536 + ((low >>> 8) & 255)]! ^
      TABLES[1280 + ((low >>> 16) & 255)]! ^ TABLES[1024 + (low >>> 24)]! ^
      TABLES[768 + (high & 255)]! ^ TABLES[512 + ((high >>> 8) & 255)]! ^
      TABLES[256 + ((high >>> 16) & 255)]! ^ TABLES[high >>> 24]!;
  }
  for (; offset < bytes.length; offset++) {
    crc = TABLES[(crc ^ bytes[offset]!) & 255]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * POLYNOMIAL);
    tables[byte] = crc;
  }
  for (let entry = 256; entry < tables.length; entry++) {
    const previous = tables[entry - 256]!;
    tables[entry] = (previous >>> 8) ^ tables[previous & 255]!;
  }
  return tables;
}

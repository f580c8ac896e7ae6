const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const BLOCK_HEADER_BYTES = 3;
const RLE_BLOCK = 1;
const CHECKSUM_BYTES = 4;

/**
 * Says whether `bytes` are one Zstandard frame, from its first byte to its last (RFC 8878, section 3.1.1). The
 * runtime's decompressor minds neither what is missing after the last byte of content nor what comes after the frame;
 * servers mind both.
 */
export function isWholeZstdFrame(bytes: Uint8Array): boolean {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) return false;
  const descriptor = bytes[MAGIC.length] ?? 0;
  const blocks = endOfBlocks(bytes, MAGIC.length + 1 + headerFieldBytes(descriptor));
  return blocks + ((descriptor & 0x04) === 0 ? 0 : CHECKSUM_BYTES) === bytes.length;
}

/** Bytes between the frame header's descriptor and the first block: window, dictionary id, size of the content. */
function headerFieldBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6]!;
  return DICTIONARY_ID_BYTES[descriptor & 0x03]! +
    (isSingleSegment ? Math.max(1, sizeBytes) : 1 + sizeBytes);
}

/** Gives where the last block ends, which is past the end of `bytes` where there is none. */
function endOfBlocks(bytes: Uint8Array, start: number): number {
  let offset = start;
  while (offset + BLOCK_HEADER_BYTES <= bytes.length) {
    const header = bytes[offset]! | bytes[offset + 1]! << 8 | bytes[offset + 2]! << 16;
    const isRle = (header >> 1 & 0x03) === RLE_BLOCK;
    offset += BLOCK_HEADER_BYTES + (isRle ? 1 : header >> 3);
    if ((header & 1) !== 0) return offset;
  }
  return Infinity;
}

import { constants, deflateSync, inflateSync, zstdCompressSync, zstdDecompressSync, type ZstdOptions } from "node:zlib";
import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";
import {
  checkHeader,
  type DecodeOptions,
  DEFAULT_MAX_MESSAGE_SIZE_BYTES,
  HEADER_BYTES,
  OpCode,
  opCode,
  requestId,
  responseTo,
} from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { MessageWriter } from "./message_writer.ts";
import { SNAPPY_MAX_RATIO, snappyCompress, snappyDecompress } from "./snappy.ts";
import { isWholeZstdFrame } from "./zstd_frame.ts";

/** What messages can be compressed with. */
export type CompressorName = "snappy" | "zlib" | "zstd";

/** Compressors by the number that stands for them in OP_COMPRESSED. */
const COMPRESSORS = ["noop", "snappy", "zlib", "zstd"] as const;

const OPCODE_OFFSET = 12;
const ORIGINAL_OPCODE_OFFSET = 16;
const UNCOMPRESSED_SIZE_OFFSET = 20;
const COMPRESSOR_OFFSET = 24;
const CONTENT_OFFSET = 25;

/** Bits of the zstd window that is always accepted: compression levels below 20 stay within it. */
const ZSTD_WINDOW_BITS = 23;

/** What a frame may take beyond its content and a 256th of that, generously. */
const ZSTD_MARGIN_BYTES = 1_024;

/** Says what an OP_COMPRESSED message is compressed with. Throws {@linkcode CodecError} if unknown. */
export function compressorOf(message: Uint8Array): CompressorName | "noop" {
  const id = message[COMPRESSOR_OFFSET];
  const compressor = id === undefined ? undefined : COMPRESSORS[id];
  if (compressor !== undefined) return compressor;
  throw new CodecError("Compressor", {
    offset: COMPRESSOR_OFFSET,
    expected: `0 to ${COMPRESSORS.length - 1}`,
    actual: id ?? "the end",
  });
}

/**
 * The size that the message inside an OP_COMPRESSED declares, without its header; 0 where it is cut off before that.
 * Throws {@linkcode CodecError} if no message of `maxMessageSizeBytes` has that.
 */
export function uncompressedSize(message: Uint8Array, maxMessageSizeBytes: number): number {
  if (message.length < COMPRESSOR_OFFSET) return 0;
  const size = readInt32(message, UNCOMPRESSED_SIZE_OFFSET);
  checkUncompressedSize(size, maxMessageSizeBytes);
  return size;
}

/**
 * Wraps a message in OP_COMPRESSED. Whether its command may be compressed is the caller's to know.
 * `zlibCompressionLevel` is -1 (zlib's own default) to 9. Throws {@linkcode CodecError} on a
 * message that is compressed already.
 *
 * @see Wire compression specification, "Compressible messages"
 */
export function compressMessage(
  message: Uint8Array,
  compressor: CompressorName,
  options: { readonly zlibCompressionLevel?: number } = {},
): Uint8Array {
  checkHeader(message, { maxMessageSizeBytes: message.length });
  refuseNesting(opCode(message), OPCODE_OFFSET);
  const plain = message.subarray(HEADER_BYTES);
  const content = compress(plain, compressor, options.zlibCompressionLevel ?? -1);
  const header = { requestId: requestId(message), responseTo: responseTo(message) };
  const writer = new MessageWriter(OpCode.compressed, header, 9 + content.length);
  writer.int32(opCode(message));
  writer.int32(plain.length);
  writer.uint8(COMPRESSORS.indexOf(compressor));
  writer.bytes(content);
  return writer.finish();
}

/**
 * Gives the message inside an OP_COMPRESSED, in a buffer of its own.
 *
 * Throws {@linkcode CodecError} if it is damaged, nested, or if its declared size is over the limit
 * or not the real one. No more memory is taken than the limit and the declared size allow.
 */
export function decompressMessage(message: Uint8Array, options: DecodeOptions = {}): Uint8Array {
  const maximum = options.maxMessageSizeBytes ?? DEFAULT_MAX_MESSAGE_SIZE_BYTES;
  const reader = openMessage(message, OpCode.compressed, options);
  const originalOpCode = reader.int32("Original opcode");
  const size = reader.int32("Uncompressed size");
  const compressor = compressorOf(message);
  refuseNesting(originalOpCode, ORIGINAL_OPCODE_OFFSET);
  checkUncompressedSize(size, maximum);

  const content = message.subarray(CONTENT_OFFSET);
  if (compressor === "snappy") {
    checkSnappySize(size, content.length);
    const plain = emptyMessage(message, originalOpCode, size);
    decompressSnappy(content, plain.subarray(HEADER_BYTES));
    return plain;
  }
  // The message is made only after its content: a declared size alone takes no memory.
  const body = compressor === "noop" ? content : inflate(content, compressor, size);
  checkActualSize(size, body.length);
  const plain = emptyMessage(message, originalOpCode, size);
  plain.set(body, HEADER_BYTES);
  return plain;
}

function refuseNesting(code: number, offset: number): void {
  if (code !== OpCode.compressed) return;
  throw new CodecError("Opcode inside OP_COMPRESSED", {
    offset,
    expected: `any but ${OpCode.compressed}`,
    actual: code,
  });
}

function checkUncompressedSize(size: number, maximum: number): void {
  if (size >= 0 && size <= maximum - HEADER_BYTES) return;
  throw new CodecError("Uncompressed size", {
    offset: UNCOMPRESSED_SIZE_OFFSET,
    expected: `0 to ${maximum - HEADER_BYTES} bytes`,
    actual: size,
  });
}

function compress(plain: Uint8Array, compressor: CompressorName, level: number): Uint8Array {
  switch (compressor) {
    case "snappy":
      return snappyCompress(plain);
    case "zlib":
      return deflateSync(plain, { level });
    case "zstd":
      return zstdCompressSync(plain, zstdOptions(plain));
  }
}

/**
 * Puts the size into the frame: clients that decompress in one call need it there. The runtime knows more than its
 * types. It also gets room for everything at once, the most that the content can take: in several chunks it would put an
 * empty frame behind the frame.
 */
function zstdOptions({ length }: Uint8Array): ZstdOptions & { readonly pledgedSrcSize: number } {
  return { pledgedSrcSize: length, chunkSize: length + (length >> 8) + ZSTD_MARGIN_BYTES };
}

/** Refuses a size that the content cannot have, before memory is taken for it. */
function checkSnappySize(size: number, contentBytes: number): void {
  const maximum = contentBytes * SNAPPY_MAX_RATIO;
  if (size <= maximum) return;
  throw new CodecError("Uncompressed size", {
    offset: UNCOMPRESSED_SIZE_OFFSET,
    expected: `at most ${maximum} bytes from ${contentBytes}`,
    actual: size,
  });
}

function checkActualSize(declared: number, actual: number): void {
  if (declared === actual) return;
  throw new CodecError("Uncompressed size", {
    offset: UNCOMPRESSED_SIZE_OFFSET,
    expected: `${actual} bytes, as there are`,
    actual: declared,
  });
}

/** A message with the header of the one that `compressed` holds, and room for its content. */
function emptyMessage(compressed: Uint8Array, originalOpCode: number, size: number): Uint8Array {
  const header = { requestId: requestId(compressed), responseTo: responseTo(compressed) };
  return new MessageWriter(originalOpCode, header, size).finish();
}

function decompressSnappy(content: Uint8Array, output: Uint8Array): void {
  try {
    snappyDecompress(content, output);
  } catch (cause) {
    throw cause instanceof CodecError ? unreadable("snappy", output.length, cause) : cause;
  }
}

/** Decompresses to `size` bytes at most. */
function inflate(content: Uint8Array, compressor: "zlib" | "zstd", size: number): Uint8Array {
  // Zero is not allowed as a limit; the caller compares the length anyway.
  const maxOutputLength = Math.max(1, size);
  try {
    if (compressor === "zlib") return inflateSync(content, { maxOutputLength });
    if (!isWholeZstdFrame(content)) throw new Error("no whole frame");
    // A frame that is one segment has a window as large as its content.
    const windowBits = Math.max(ZSTD_WINDOW_BITS, 32 - Math.clz32(size));
    const params = { [constants.ZSTD_d_windowLogMax]: windowBits };
    return zstdDecompressSync(content, { maxOutputLength, params });
  } catch (cause) {
    throw unreadable(compressor, size, cause);
  }
}

function unreadable(compressor: CompressorName, size: number, cause: unknown): CodecError {
  return new CodecError(
    "Content of OP_COMPRESSED",
    {
      offset: CONTENT_OFFSET,
      expected: `${compressor} data of ${size} bytes`,
      actual: cause instanceof Error ? cause.message : String(cause),
    },
    { cause },
  );
}

import { deserialize } from "bson";
import { assertSameDecoding, assertSameEncoding, DECODINGS, ENCODINGS } from "../codec/bson_differential.ts";
import { type SpecCase, specSuite } from "../support/spec_suite.ts";

interface CorpusFile {
  readonly valid?: readonly ValidCase[];
  readonly decodeErrors?: readonly { readonly description: string; readonly bson: string }[];
}

interface ValidCase {
  readonly description: string;
  readonly canonical_bson: string;
  readonly degenerate_bson?: string;
  readonly converted_bson?: string;
}

specSuite("bson-corpus/tests", ({ json }) => {
  const { valid = [], decodeErrors = [] } = json as CorpusFile;
  return [...valid.map(validCase), ...decodeErrors.map(decodeErrorCase)];
});

function validCase({ description, canonical_bson, degenerate_bson, converted_bson }: ValidCase): SpecCase {
  return {
    name: `same as npm:bson: ${description}`,
    run() {
      for (const hex of [canonical_bson, degenerate_bson, converted_bson]) {
        if (hex !== undefined) assertSameBothWays(Uint8Array.fromHex(hex));
      }
    },
  };
}

function assertSameBothWays(bytes: Uint8Array): void {
  for (const decoding of DECODINGS) {
    assertSameDecoding(bytes, decoding);
    for (const encoding of ENCODINGS) assertSameEncoding(deserialize(bytes, decoding), encoding);
  }
}

function decodeErrorCase({ description, bson }: { description: string; bson: string }): SpecCase {
  return {
    name: `same refusal as npm:bson: ${description}`,
    run() {
      for (const options of DECODINGS) assertSameDecoding(Uint8Array.fromHex(bson), options);
    },
  };
}

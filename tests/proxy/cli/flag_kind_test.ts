import { assertEquals } from "@std/assert";
import {
  boolean,
  duration,
  type FlagKind,
  formatDuration,
  integer,
  listOf,
  oneOf,
  ratio,
  text,
} from "../../../proxy/cli/flag_kind.ts";

interface Case {
  readonly kind: FlagKind<unknown>;
  /** What is read of a text; null where it is refused. */
  readonly parsed: readonly (readonly [text: string, value: unknown])[];
  readonly accepted: readonly (readonly [json: unknown, value: unknown])[];
}

const words = listOf(["snappy", "zlib"]);

const CASES: Readonly<Record<string, Case>> = {
  "text()": {
    kind: text("X"),
    parsed: [["", ""], [" a ", " a "]],
    accepted: [["a", "a"], [1, null], [null, null], [new Map(), null]],
  },
  "boolean": {
    kind: boolean,
    parsed: [
      ["true", true],
      ["TRUE", true],
      ["t", true],
      ["1", true],
      ["yes", true],
      ["on", true],
      ["false", false],
      ["F", false],
      ["0", false],
      ["no", false],
      ["off", false],
      ["", null],
      ["2", null],
      ["truee", null],
      [" true", null],
    ],
    accepted: [[true, true], [false, false], ["true", null], [1, null], [null, null]],
  },
  "integer()": {
    kind: integer(1, 50_000),
    parsed: [
      ["1", 1],
      ["50000", 50_000],
      ["50_000", 50_000],
      ["007", 7],
      ["0", null],
      ["50001", null],
      ["-1", null],
      ["1.5", null],
      ["1e3", null],
      ["0x10", null],
      ["", null],
      ["_1", null],
      ["ten", null],
      ["99999999999999999999", null],
    ],
    accepted: [[7, 7], [0, null], [1.5, null], [Infinity, null], ["7", null]],
  },
  "ratio()": {
    kind: ratio(0),
    parsed: [["0", 0], ["1", 1], ["0.25", 0.25], [".5", 0.5], ["1.01", null], ["-0.1", null], ["50%", null], [
      "",
      null,
    ]],
    accepted: [[0.5, 0.5], [1, 1], [2, null], [-1, null], ["0.5", null]],
  },
  "duration()": {
    kind: duration(1),
    parsed: [
      ["500ms", 500],
      ["30s", 30_000],
      ["1.5s", 1_500],
      ["5m", 300_000],
      ["1h", 3_600_000],
      ["1h30m", 5_400_000],
      ["2m0s", 120_000],
      ["1m0.5s", 60_500],
      ["1m5", null],
      ["5m1", null],
      ["250", 250],
      ["596h", 2_145_600_000],
      ["0", null],
      ["0s", null],
      ["597h", null],
      ["-1s", null],
      ["5 m", null],
      ["5min", null],
      ["1d", null],
      ["s", null],
      ["", null],
    ],
    accepted: [[1_000, 1_000], ["1s", 1_000], [0, null], [-5, null], [true, null], [Infinity, null]],
  },
  "oneOf()": {
    kind: oneOf(["tcp", "unix"], "X"),
    parsed: [["tcp", "tcp"], ["UNIX", "unix"], ["udp", null], ["", null], ["tc", null]],
    accepted: [["tcp", "tcp"], [1, null]],
  },
  "listOf()": {
    kind: words,
    parsed: [
      ["snappy,zlib", ["snappy", "zlib"]],
      ["zlib, Snappy", ["snappy", "zlib"]],
      ["zlib,zlib", ["zlib"]],
      ["", []],
      ["none", []],
      ["snappy,", null],
      ["lz4", null],
    ],
    accepted: [[["zlib"], ["zlib"]], [[], []], ["none", []], [[1], null], [["zlib", "lz4"], null], [{}, null]],
  },
};

for (const [name, { kind, parsed, accepted }] of Object.entries(CASES)) {
  for (const [given, value] of parsed) {
    Deno.test(`${name} ${value === null ? "refuses" : "reads"} ${JSON.stringify(given)}`, () => {
      assertEquals(kind.parse(given), value);
    });
  }
  for (const [json, value] of accepted) {
    Deno.test(`${name} ${value === null ? "refuses" : "accepts"} JSON ${JSON.stringify(json)}`, () => {
      assertEquals(kind.accept(json), value);
    });
  }
  Deno.test(`${name} reads back what it writes`, () => {
    for (const [, value] of parsed) {
      if (value !== null) assertEquals(kind.parse(kind.format(value)), value);
    }
  });
}

Deno.test("formatDuration() takes the largest unit without a fraction", () => {
  const written = [0, 1, 1_000, 1_500, 60_000, 90_000, 3_600_000, 86_400_000].map(formatDuration);
  assertEquals(written, ["0", "1ms", "1s", "1500ms", "1m", "90s", "1h", "24h"]);
});

/**
 * All sequences, by what they are played on.
 *
 * @module
 */
import type { Sequence } from "./steps.ts";
import { COMMAND_SEQUENCES } from "./sequences/commands.ts";
import { CURSOR_SEQUENCES } from "./sequences/cursors.ts";
import { FIND_SEQUENCES } from "./sequences/finds.ts";
import { LARGE_SEQUENCES } from "./sequences/large.ts";
import { LAST_ERROR_SEQUENCES, LOST_COMMAND_SEQUENCES } from "./sequences/last_error.ts";
import { METADATA_SEQUENCES } from "./sequences/metadata.ts";
import { WRITE_CONCERN_SEQUENCES } from "./sequences/replica_set.ts";
import { WRITE_SEQUENCES } from "./sequences/writes.ts";

/** For one server that is no member of a replica set. */
export const STANDALONE_SEQUENCES: readonly Sequence[] = [
  ...LAST_ERROR_SEQUENCES,
  ...LOST_COMMAND_SEQUENCES,
  ...WRITE_SEQUENCES,
  ...FIND_SEQUENCES,
  ...CURSOR_SEQUENCES,
  ...COMMAND_SEQUENCES,
  ...METADATA_SEQUENCES,
  ...LARGE_SEQUENCES,
];

/** For a replica set whose members are all there. */
export const REPLICA_SET_SEQUENCES: readonly Sequence[] = [
  ...WRITE_CONCERN_SEQUENCES,
  ...LAST_ERROR_SEQUENCES,
  ...WRITE_SEQUENCES,
];

/** For a member of a replica set, of which clients see each. */
export const MIRROR_SEQUENCES: readonly Sequence[] = [
  ...REPLICA_SET_SEQUENCES,
  ...FIND_SEQUENCES,
  ...CURSOR_SEQUENCES,
];

export { MEMBER_DOWN_SEQUENCES } from "./sequences/replica_set.ts";

/**
 * Moves places on a line apart until neighbours are `distance` away from each other, each as little as that allows,
 * and none beyond `low` or `high` while there is room. Gives the new places in the order of the old ones.
 */
export function spread(places: readonly number[], distance: number, low: number, high: number): number[] {
  const order = places.map((_, index) => index).sort((a, b) => places[a]! - places[b]! || a - b);
  const blocks: Block[] = [];
  for (const index of order) {
    let block: Block = { members: [index], centre: places[index]! };
    for (let last = blocks.at(-1); last !== undefined && overlaps(last, block, distance); last = blocks.at(-1)) {
      blocks.pop();
      block = joined(last, block);
    }
    blocks.push(block);
  }
  const result = placesOf(blocks, distance);
  return withinBounds(order, result, distance, low, high);
}

/** Neighbours that touch, around the mean of where they would like to be. */
interface Block {
  readonly members: readonly number[];
  readonly centre: number;
}

function overlaps(before: Block, after: Block, distance: number): boolean {
  return after.centre - before.centre < (before.members.length + after.members.length) / 2 * distance;
}

function joined(before: Block, after: Block): Block {
  const [m, n] = [before.members.length, after.members.length];
  return {
    members: [...before.members, ...after.members],
    centre: (before.centre * m + after.centre * n) / (m + n),
  };
}

function placesOf(blocks: readonly Block[], distance: number): number[] {
  const result: number[] = [];
  for (const { members, centre } of blocks) {
    const first = centre - (members.length - 1) / 2 * distance;
    members.forEach((index, position) => result[index] = first + position * distance);
  }
  return result;
}

function withinBounds(order: readonly number[], places: number[], distance: number, low: number, high: number) {
  const result = [...places];
  let ceiling = high;
  for (const index of order.toReversed()) {
    result[index] = Math.min(result[index]!, ceiling);
    ceiling = result[index]! - distance;
  }
  let floor = low;
  for (const index of order) {
    result[index] = Math.max(result[index]!, floor);
    floor = result[index]! + distance;
  }
  return result;
}

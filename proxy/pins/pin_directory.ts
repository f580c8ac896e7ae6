/** Is told of every pin by a number that others, who do not have the pin, can make as well. */
export interface PinDirectory {
  added(key: number): void;
  deleted(key: number): void;
}

/** The key of a cursor: 32 bits, without sign. */
export function cursorKey(id: bigint): number {
  return mix(Number(BigInt.asUintN(32, id)) ^ Number(BigInt.asUintN(32, id >> 32n)));
}

/** The key of a transaction, whose session is from `sessionKey`: 32 bits, without sign. */
export function transactionKey(session: string, txnNumber: bigint): number {
  let hash = Number(BigInt.asUintN(32, txnNumber));
  for (let i = 0; i < session.length; i++) hash = Math.imul(hash, 31) + session.charCodeAt(i);
  return mix(hash);
}

/** Lets every bit count in the lowest (the finalizer of MurmurHash3). */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

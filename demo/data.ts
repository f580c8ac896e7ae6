/**
 * The demo's data: accounts, of which every worker owns two, and a ledger to read and to write.
 *
 * @module
 */

/** The database of the demo. */
export const DATABASE = "demo";
/** `{ _id: number, balance: number, visits: number }` */
export const ACCOUNTS = "accounts";
/** `{ _id: number, text: string }`, with numbers from 0 on; read only. */
export const LEDGER = "ledger";
/** What workers insert. */
export const ENTRIES = "entries";

/** A worker's accounts have the numbers from this times its own number on. */
export const ACCOUNTS_PER_WORKER = 2;
/** Documents of the ledger. */
export const LEDGER_SIZE = 10_000;
/** What is on each account in the beginning. */
export const FIRST_BALANCE = 1_000;

import type { Libc } from "./libc.ts";
import { Turnstile } from "./turnstile.ts";

/**
 * Where things are in a `struct addrinfo` of 64-bit machines, in glibc (`resolv/netdb.h`) and musl (`include/netdb.h`):
 * `int ai_flags, ai_family, ai_socktype, ai_protocol; socklen_t ai_addrlen; struct sockaddr *ai_addr; char *ai_canonname;
 * struct addrinfo *ai_next`.
 */
const ADDRINFO = { flags: 0, socketType: 8, addressLength: 16, address: 24, next: 40, bytes: 48 } as const;
const POINTER_BYTES = 8;
const SOCK_STREAM = 1;
const AI_NUMERICHOST = 0x4;
const AI_NUMERICSERV = 0x400;

/**
 * Names looked up at once. Each takes one of the 32 threads of the runtime's pool, for half a minute where no name server
 * answers. The others are for everything else: a loop that gets none to park in serves nobody.
 */
const MAX_LOOKUPS = 24;
const LOOKUPS = new Turnstile(MAX_LOOKUPS);

/** What a look-up is given; one buffer, so that all of it lives as long as its result is awaited. */
interface Lookup {
  readonly host: Uint8Array<ArrayBuffer>;
  readonly service: Uint8Array<ArrayBuffer>;
  readonly hints: Uint8Array<ArrayBuffer>;
  readonly result: Uint8Array<ArrayBuffer>;
}

/**
 * The socket addresses of a host, in the system's order. Another thread looks up names. Throws what is wrong, or why the
 * attempt was given up before a name's turn came.
 */
export async function resolveHost(
  libc: Libc,
  host: string,
  port: number,
  attempt: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const literal = literalAddresses(libc, host, port);
  if (literal !== null) return literal;
  using _place = await LOOKUPS.enter();
  attempt.throwIfAborted();
  const lookup = makeLookup(host, port, AI_NUMERICSERV);
  const { getaddrinfo_apart } = libc.symbols;
  return finishLookup(libc, lookup, await getaddrinfo_apart(lookup.host, lookup.service, lookup.hints, lookup.result));
}

/** The same, while this thread waits. */
export function resolveHostSync(libc: Libc, host: string, port: number): Uint8Array<ArrayBuffer>[] {
  const lookup = makeLookup(host, port, AI_NUMERICSERV);
  const { getaddrinfo } = libc.symbols;
  return finishLookup(libc, lookup, getaddrinfo(lookup.host, lookup.service, lookup.hints, lookup.result));
}

/** Null for a name. */
function literalAddresses(libc: Libc, host: string, port: number): Uint8Array<ArrayBuffer>[] | null {
  const lookup = makeLookup(host, port, AI_NUMERICHOST | AI_NUMERICSERV);
  const status = libc.symbols.getaddrinfo(lookup.host, lookup.service, lookup.hints, lookup.result);
  return status === 0 ? finishLookup(libc, lookup, status) : null;
}

function makeLookup(host: string, port: number, flags: number): Lookup {
  const hostText = new TextEncoder().encode(`${host}\0`);
  const serviceText = new TextEncoder().encode(`${port}\0`);
  const { buffer } = new Uint8Array(ADDRINFO.bytes + POINTER_BYTES + hostText.length + serviceText.length);
  const serviceOffset = ADDRINFO.bytes + POINTER_BYTES + hostText.length;
  const lookup: Lookup = {
    hints: new Uint8Array(buffer, 0, ADDRINFO.bytes),
    result: new Uint8Array(buffer, ADDRINFO.bytes, POINTER_BYTES),
    host: new Uint8Array(buffer, ADDRINFO.bytes + POINTER_BYTES, hostText.length),
    service: new Uint8Array(buffer, serviceOffset, serviceText.length),
  };
  lookup.host.set(hostText);
  lookup.service.set(serviceText);
  const hints = new DataView(buffer);
  hints.setInt32(ADDRINFO.flags, flags, true);
  hints.setInt32(ADDRINFO.socketType, SOCK_STREAM, true);
  return lookup;
}

function finishLookup(libc: Libc, { result }: Lookup, status: number): Uint8Array<ArrayBuffer>[] {
  const { gai_strerror, freeaddrinfo } = libc.symbols;
  if (status !== 0) throw new Error(Deno.UnsafePointerView.getCString(gai_strerror(status)!));
  const list = Deno.UnsafePointer.create(new DataView(result.buffer, result.byteOffset).getBigUint64(0, true));
  const addresses = [...readList(list)];
  freeaddrinfo(list);
  return addresses;
}

function* readList(list: Deno.PointerValue): Generator<Uint8Array<ArrayBuffer>> {
  for (let node = list; node !== null;) {
    const view = new Deno.UnsafePointerView(node);
    const bytes = new Uint8Array(view.getUint32(ADDRINFO.addressLength));
    const address = view.getPointer(ADDRINFO.address);
    if (address !== null) {
      Deno.UnsafePointerView.copyInto(address, bytes);
      yield bytes;
    }
    node = view.getPointer(ADDRINFO.next);
  }
}

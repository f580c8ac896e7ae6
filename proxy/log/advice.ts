interface Advice {
  /** Found in an error's name or message. */
  readonly sign: RegExp;
  readonly todo: string;
}

/** What to do about errors that an operator can mend; the first that fits counts. */
const ADVICE: readonly Advice[] = [
  { sign: /AddrInUse|address already in use/i, todo: "another process has this address: stop it, or choose another" },
  { sign: /AddrNotAvailable/, todo: "this machine has no such address: take one of its own, or :port for all" },
  { sign: /SUN_LEN/, todo: "the socket's path is too long: choose one of less than 100 bytes" },
  { sign: /os error 97\b/, todo: "this machine has no IPv6: use --network=tcp4" },
  { sign: /too many open files/i, todo: "raise the limit of open files (ulimit -n)" },
  {
    sign: /MongoAuthError|authentication failed|AuthenticationFailed/i,
    todo: "check user name and password of the URI, and authSource",
  },
  { sign: /ConnectionRefused|connection refused/i, todo: "check that the server runs and listens there" },
  {
    sign: /failed to lookup address|name or service not known|name resolution|dns error|NotFound.*resolve/i,
    todo: "check the host's name and this machine's DNS",
  },
  {
    sign: /certificate|tls|handshake.*eof/i,
    todo: "check tls, tlsCAFile and tlsCertificateKeyFile of the URI against the server's settings",
  },
  { sign: /" with no servers/, todo: "check hosts and replicaSet of the URI: no host is a member of such a set" },
  { sign: /MongoCompatibilityError/, todo: "upgrade the server" },
  { sign: /PermissionDenied|permission denied/i, todo: "this user may not: choose another port or path, or grant it" },
  { sign: /MongoNetworkTimeoutError|timed out/i, todo: "check the network and firewalls between here and there" },
];

/** What to do about an error, as the rest of a sentence after a semicolon; empty where nothing is known. */
export function advise(error: Error): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const text = `${cause.name} ${cause.message}`;
    const found = ADVICE.find(({ sign }) => sign.test(text));
    if (found !== undefined) return `; ${found.todo}`;
  }
  return "";
}

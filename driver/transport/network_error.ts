import { formatHostAddress, type HostAddress } from "../address.ts";
import { MongoNetworkError } from "../error.ts";

interface Fault {
  /** Found in what the runtime says. */
  readonly sign: RegExp;
  readonly meaning: string;
}

/** What TLS libraries say in words of their own, and what it means to the person who set the options. */
const TLS_FAULTS: readonly Fault[] = [
  {
    sign: /: UnknownIssuer|self-signed certificate|unable to get local issuer certificate/,
    meaning: "The server's certificate is not signed by an authority of tlsCAFile, or of the system",
  },
  {
    sign: /unable to verify the first certificate/,
    meaning: "The server's certificate has expired, or is not signed by an authority of tlsCAFile",
  },
  {
    sign: /certificate not valid for name|does not match certificate's altnames/,
    meaning: "The server's certificate is for another host",
  },
  {
    sign: /peer certificate: certificate expired|certificate has expired/,
    meaning: "The server's certificate has expired",
  },
  {
    sign: /^(?!received fatal alert).*UnsupportedCertVersion/,
    meaning: "A certificate of this connection is of X.509 version 1, expected version 3",
  },
  { sign: /KeyMismatch/, meaning: "The private key in tlsCertificateKeyFile belongs to another certificate" },
  { sign: /alert: CertificateRequired/, meaning: "The server requires a client certificate (tlsCertificateKeyFile)" },
  {
    sign: /alert: (?:UnknownCA|\w*Certificate\w*)/,
    meaning: "The server refuses the client certificate (tlsCertificateKeyFile)",
  },
  {
    sign: /alert: HandshakeFailure/,
    meaning: "The server refuses the TLS handshake; it may require a client certificate (tlsCertificateKeyFile)",
  },
  { sign: /InvalidContentType/, meaning: "The server does not speak TLS" },
];

/** MongoDB servers say no more than this to a client whose certificate they miss, and when they are killed. */
const ABRUPT_END: Fault = {
  sign: /without sending TLS close_notify/,
  meaning:
    "The server closed the connection without ending TLS; if it always does so at once, it may require a client " +
    "certificate (tlsCertificateKeyFile)",
};

/** Wraps what the runtime threw; where that speaks of TLS, the message says first what it means. */
export function networkError(error: unknown): MongoNetworkError {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.replace(/ \(os error \d+\)|: https:\/\/docs\.rs\S+/g, "");
  const fault = [...TLS_FAULTS, ABRUPT_END].find(({ sign }) => sign.test(said));
  return new MongoNetworkError(fault === undefined ? said : `${fault.meaning} (${said})`, { cause: error });
}

/** What connecting to `address` failed with, for the caller: it names the server. */
export function connectError(address: HostAddress, cause: unknown): MongoNetworkError {
  return new MongoNetworkError(`Cannot connect to ${formatHostAddress(address)}: ${networkError(cause).message}`, {
    cause,
  });
}

/** The same of listening on it. */
export function listenError(address: HostAddress, cause: unknown): MongoNetworkError {
  return new MongoNetworkError(`Cannot listen on ${formatHostAddress(address)}: ${networkError(cause).message}`, {
    cause,
  });
}

/** Whether TLS found something wrong: what it says of certificates and messages is no matter of the network. */
export function isTlsFault(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    if (cause instanceof Deno.errors.InvalidData || TLS_FAULTS.some(({ sign }) => sign.test(message))) return true;
  }
  return false;
}

import { assertEquals } from "@std/assert";
import { MongoNetworkError } from "../../../driver/error.ts";
import { isTlsFault, networkError } from "../../../driver/transport/network_error.ts";

Deno.test("networkError() keeps what the runtime says, but for numbers", () => {
  const cause = new Deno.errors.ConnectionRefused("Connection refused (os error 111)");
  const error = networkError(cause);
  assertEquals([error.message, error.cause], ["Connection refused", cause]);
  assertEquals(networkError("no error at all").message, "no error at all");
});

Deno.test("networkError() says what alerts of the server mean", () => {
  const meanings = {
    UnknownCA: "The server refuses the client certificate (tlsCertificateKeyFile)",
    BadCertificate: "The server refuses the client certificate (tlsCertificateKeyFile)",
    CertificateExpired: "The server refuses the client certificate (tlsCertificateKeyFile)",
    CertificateRequired: "The server requires a client certificate (tlsCertificateKeyFile)",
    HandshakeFailure:
      "The server refuses the TLS handshake; it may require a client certificate (tlsCertificateKeyFile)",
  };
  for (const [alert, meaning] of Object.entries(meanings)) {
    const text = `received fatal alert: ${alert}`;
    const error = networkError(new Deno.errors.InvalidData(text));
    assertEquals(error.message, `${meaning} (${text})`);
  }
});

Deno.test("networkError() says what an end without an end of TLS may mean", () => {
  const text = "peer closed connection without sending TLS close_notify";
  const error = networkError(new Deno.errors.UnexpectedEof(`${text}: https://docs.rs/rustls/latest/#unexpected-eof`));
  assertEquals(
    error.message,
    "The server closed the connection without ending TLS; if it always does so at once, it may require a client " +
      `certificate (tlsCertificateKeyFile) (${text})`,
  );
});

Deno.test("isTlsFault() tells what TLS found from what the network did", () => {
  const within = (cause: unknown) => new MongoNetworkError("Lost", { cause: new MongoNetworkError("Lost", { cause }) });
  const faults = [
    new Deno.errors.InvalidData("invalid peer certificate: UnknownIssuer"),
    new Error("received fatal alert: CertificateRequired"),
    within(new Deno.errors.InvalidData("received corrupt message")),
  ];
  const others = [
    new Deno.errors.ConnectionRefused("Connection refused"),
    within(new Deno.errors.UnexpectedEof("peer closed connection without sending TLS close_notify")),
    "text",
    undefined,
  ];
  assertEquals(faults.map(isTlsFault), [true, true, true]);
  assertEquals(others.map(isTlsFault), [false, false, false, false]);
});

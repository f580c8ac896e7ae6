import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  MongoAuthError,
  MongoCompatibilityError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerSelectionError,
} from "../../../driver/error.ts";
import { advise } from "../../../proxy/log/advice.ts";

const CASES: readonly (readonly [error: Error, advice: string])[] = [
  [new Deno.errors.AddrInUse("Address already in use (os error 98)"), "another process has this address"],
  [
    new Deno.errors.AddrNotAvailable("Cannot assign requested address (os error 99)"),
    "this machine has no such address",
  ],
  [new Deno.errors.PermissionDenied("Permission denied (os error 13)"), "this user may not"],
  [new TypeError("path must be shorter than SUN_LEN"), "the socket's path is too long"],
  [new Error("Address family not supported by protocol (os error 97)"), "this machine has no IPv6: use --network=tcp4"],
  [new Error("failed to lookup address information: Name or service not known"), "check the host's name"],
  [new MongoNetworkError("Cannot connect to db1:1: Name or service not known"), "check the host's name"],
  [
    new MongoServerSelectionError('No server suits: ReplicaSetNoPrimary "rs" with no servers'),
    "check hosts and replicaSet",
  ],
  [new MongoAuthError("Authentication failed", { code: 18 }), "check user name and password of the URI"],
  [new MongoNetworkTimeoutError("No connection to h:1 within 5 ms"), "check the network and firewalls"],
  [new MongoCompatibilityError("Server at h:1 is too old"), "upgrade the server"],
  [
    new MongoNetworkError("Cannot connect", { cause: new Deno.errors.ConnectionRefused("x") }),
    "check that the server runs",
  ],
  [new MongoServerSelectionError("No server: h:1 Unknown (invalid peer certificate)"), "check tls, tlsCAFile"],
];

for (const [error, advice] of CASES) {
  Deno.test(`advise() tells for ${error.name} "${error.message}" to ${advice}`, () => {
    assertStringIncludes(advise(error), `; ${advice}`);
  });
}

Deno.test("advise() tells nothing where it knows nothing", () => {
  assertEquals(advise(new Error("Something else", { cause: "a text" })), "");
});

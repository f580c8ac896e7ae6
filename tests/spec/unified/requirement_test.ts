import { assertEquals } from "@std/assert";
import { type DeploymentFacts, unmetRequirement } from "./requirement.ts";
import type { Requirement } from "./test_format.ts";

const SERVER: DeploymentFacts = {
  version: "6.0.5",
  topology: "replicaset",
  hasAuth: false,
  parameters: { enableTestCommands: true, authenticationMechanisms: ["SCRAM-SHA-256"] },
};

function unmet(...requirements: Requirement[]): string | null {
  return unmetRequirement(requirements, SERVER);
}

Deno.test("unmetRequirement() is null where nothing is asked, or one requirement is met", () => {
  assertEquals(unmetRequirement(undefined, SERVER), null);
  assertEquals(unmet({ minServerVersion: "6.0.5", maxServerVersion: "6.0.5" }), null);
  assertEquals(unmet({ topologies: ["single"] }, { topologies: ["replicaset"] }), null);
  assertEquals(unmet({ serverless: "forbid", auth: false, csfle: false, authMechanism: "scram-sha-256" }), null);
  assertEquals(unmet({ serverParameters: { enableTestCommands: true } }), null);
});

Deno.test("unmetRequirement() says what is not as required", () => {
  assertEquals(unmet({ minServerVersion: "6.0.10" }), "the server is too old");
  assertEquals(unmet({ maxServerVersion: "5.0.99" }), "the server is too new");
  assertEquals(unmet({ topologies: ["sharded"] }), "not for the topology replicaset");
  assertEquals(unmet({ serverless: "require" }), "no serverless instance");
  assertEquals(unmet({ auth: true }), "the server has no authentication");
  assertEquals(unmet({ csfle: true }), "client-side encryption is left out");
  assertEquals(unmet({ csfle: { minLibmongocryptVersion: "1.8" } }), "client-side encryption is left out");
  assertEquals(unmet({ authMechanism: "MONGODB-OIDC" }), "the server does not have MONGODB-OIDC");
  assertEquals(unmet({ serverParameters: { acceptApiVersion2: true } }), "the server's acceptApiVersion2 is not true");
});

Deno.test("unmetRequirement() tells of the requirement that is nearest to being met", () => {
  assertEquals(unmet({ topologies: ["sharded"] }, { minServerVersion: "8.0" }), "the server is too old");
});

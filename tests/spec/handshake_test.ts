import { assert, assertEquals } from "@std/assert";
import { calculateObjectSize, type Document } from "bson";
import type { ClientEnvironment } from "../../driver/client_environment.ts";
import { buildClientMetadata, type DriverInfo } from "../../driver/client_metadata.ts";
import { connect } from "../../driver/connect.ts";
import { HELLO_REPLY, isHello, ScriptedServer } from "../driver/scripted_server.ts";
import { specSuite } from "../support/spec_suite.ts";

specSuite(
  "mongodb-handshake",
  (file) =>
    (file.json as { tests: { description: string }[] }).tests.map(({ description }) => ({
      name: description,
      run: () => {
        throw new Error("There is no client yet that could append metadata");
      },
    })),
  {
    "tests/unified/metadata-not-propagated.json":
      "unified test format: appends metadata to a client and watches its command events, which the driver's lower half does not have",
  },
);

function environment(variables: Record<string, string>): ClientEnvironment {
  return {
    os: { type: "Linux", architecture: "x86_64", version: "6.1.0" },
    platform: "Deno 2.9.6",
    isDocker: false,
    variable: (name) => variables[name],
  };
}

/** Connects with metadata from `variables` and gives the `client` document that the server got. */
async function sentClient(variables: Record<string, string>): Promise<Document> {
  await using server = new ScriptedServer(() => HELLO_REPLY);
  const clientMetadata = buildClientMetadata(environment(variables));
  const connection = await connect(server.address, { clientMetadata });
  connection.close();
  return server.commands[0]!.client;
}

const LAMBDA = { AWS_EXECUTION_ENV: "AWS_Lambda_java8" };
const SIZED_LAMBDA = {
  ...LAMBDA,
  AWS_REGION: "us-east-2",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
};
const LAMBDA_ENV = { name: "aws.lambda", region: "us-east-2", memory_mb: 1024 };

/** Prose test 1: the variables, and what `client.env` must be. */
const ENVIRONMENTS: Record<string, [Record<string, string>, Document | undefined]> = {
  "1. valid AWS": [SIZED_LAMBDA, LAMBDA_ENV],
  "2. valid Azure": [{ FUNCTIONS_WORKER_RUNTIME: "node" }, { name: "azure.func" }],
  "3. valid GCP": [
    {
      K_SERVICE: "servicename",
      FUNCTION_MEMORY_MB: "1024",
      FUNCTION_TIMEOUT_SEC: "60",
      FUNCTION_REGION: "us-central1",
    },
    { name: "gcp.func", memory_mb: 1024, timeout_sec: 60, region: "us-central1" },
  ],
  "4. valid Vercel": [{ VERCEL: "1", VERCEL_REGION: "cdg1" }, { name: "vercel", region: "cdg1" }],
  "5. multiple providers": [{ ...LAMBDA, FUNCTIONS_WORKER_RUNTIME: "node" }, undefined],
  "6. long string": [{ ...LAMBDA, AWS_REGION: "a".repeat(512) }, { name: "aws.lambda" }],
  "7. wrong types": [
    { ...LAMBDA, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "big" },
    { name: "aws.lambda" },
  ],
  "8. AWS_EXECUTION_ENV of another service": [{ AWS_EXECUTION_ENV: "EC2" }, undefined],
  "9. container and function": [
    { ...SIZED_LAMBDA, KUBERNETES_SERVICE_HOST: "1" },
    { ...LAMBDA_ENV, container: { orchestrator: "kubernetes" } },
  ],
};

for (const [name, [variables, env]] of Object.entries(ENVIRONMENTS)) {
  Deno.test(`mongodb-handshake prose test 1: ${name}`, async () => {
    const client = await sentClient(variables);
    assertEquals(client.env, env);
    assert(calculateObjectSize(client) <= 512);
  });
}

Deno.test("mongodb-handshake prose test 2: an unknown SASL mechanism is no error", async () => {
  await using server = new ScriptedServer((command) =>
    isHello(command) ? { ...HELLO_REPLY, saslSupportedMechs: ["ARBITRARY-MECHANISM"] } : { ok: 1 }
  );
  const connection = await connect(server.address, { clientMetadata: {} });
  assertEquals(connection.hello?.saslSupportedMechs, ["ARBITRARY-MECHANISM"]);
  connection.close();
});

const LIBRARY: DriverInfo = { name: "library", version: "1.2", platform: "Library Platform" };

/** What the metadata holds beyond the driver's own, after `infos` were appended one by one. */
function appended(...infos: DriverInfo[]): Document {
  const { driver, platform } = buildClientMetadata(environment({}), { driverInfo: infos });
  const rest = (text: string) => text.split("|").slice(1).join("|");
  return { name: rest(driver.name), version: rest(driver.version), platform: rest(platform) };
}

Deno.test("mongodb-handshake metadata tests 1 and 2: updates are appended", () => {
  const framework = { name: "framework", version: "2.0", platform: "Framework Platform" };
  const { name, version, platform } = framework;
  const whole = {
    name: "library|framework",
    version: "1.2|2.0",
    platform: "Library Platform|Framework Platform",
  };
  assertEquals(appended(LIBRARY, framework), whole);
  assertEquals(appended(LIBRARY, { name, version }), { ...whole, platform: LIBRARY.platform });
  assertEquals(appended(LIBRARY, { name, platform }), { ...whole, version: LIBRARY.version });
  assertEquals(appended(LIBRARY, { name }), { ...LIBRARY, name: whole.name });
});

Deno.test("mongodb-handshake metadata test 3: what differs in one field is appended whole", () => {
  assertEquals(appended(LIBRARY, { ...LIBRARY }), { ...LIBRARY });
  for (const name of ["library", "framework"]) {
    for (const version of ["1.2", "2.0"]) {
      for (const platform of ["Library Platform", "Framework Platform"]) {
        const info = { name, version, platform };
        if (JSON.stringify(info) === JSON.stringify(LIBRARY)) continue;
        assertEquals(appended(LIBRARY, info), {
          name: `library|${name}`,
          version: `1.2|${version}`,
          platform: `Library Platform|${platform}`,
        });
      }
    }
  }
});

Deno.test("mongodb-handshake metadata tests 4 to 6: what was appended before is not appended again", () => {
  const framework = { name: "framework", version: "2.0", platform: "Framework Platform" };
  assertEquals(appended(LIBRARY, framework, LIBRARY), appended(LIBRARY, framework));
  assertEquals(appended(LIBRARY, LIBRARY), appended(LIBRARY));
});

Deno.test("mongodb-handshake metadata tests 7 and 8: an empty string is as good as none", () => {
  const { name, version, platform } = LIBRARY as Required<DriverInfo>;
  assertEquals(
    appended({ name, platform }, { name, version: "", platform }),
    appended({ name, platform }),
  );
  assertEquals(
    appended({ name, version }, { name, version, platform: "" }),
    appended({ name, version }),
  );
});

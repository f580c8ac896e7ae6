import { assert, assertEquals, assertThrows } from "@std/assert";
import { calculateObjectSize } from "bson";
import { type ClientEnvironment, readClientEnvironment } from "../../driver/client_environment.ts";
import { buildClientMetadata } from "../../driver/client_metadata.ts";
import { MongoAPIError } from "../../driver/error.ts";
import { DRIVER_VERSION } from "../../driver/version.ts";

function environment(
  variables: Record<string, string> = {},
  rest: Partial<ClientEnvironment> = {},
): ClientEnvironment {
  return {
    os: { type: "Linux", architecture: "x86_64", version: "6.1.0" },
    platform: "Deno 2.9.6",
    isDocker: false,
    variable: (name) => variables[name],
    ...rest,
  };
}

Deno.test("buildClientMetadata names the application, the driver, the system and the platform", () => {
  assertEquals(buildClientMetadata(environment(), { appName: "shop" }), {
    application: { name: "shop" },
    driver: { name: "torana", version: DRIVER_VERSION },
    os: { type: "Linux", architecture: "x86_64", version: "6.1.0" },
    platform: "Deno 2.9.6",
  });
});

Deno.test("buildClientMetadata puts the application first and leaves an empty one out", () => {
  assertEquals(Object.keys(buildClientMetadata(environment(), { appName: "shop" }))[0], "application");
  assertEquals("application" in buildClientMetadata(environment(), { appName: "" }), false);
});

Deno.test("buildClientMetadata counts an application name in bytes", () => {
  const longest = "é".repeat(64);
  assertEquals(buildClientMetadata(environment(), { appName: longest }).application.name, longest);
  assertThrows(
    () => buildClientMetadata(environment(), { appName: longest + "x" }),
    MongoAPIError,
    "129 bytes, expected at most 128",
  );
});

Deno.test("buildClientMetadata reports containers", () => {
  const docker = buildClientMetadata(environment({}, { isDocker: true }));
  assertEquals(docker.env, { container: { runtime: "docker" } });
  const kubernetes = buildClientMetadata(environment({ KUBERNETES_SERVICE_HOST: "10.0.0.1" }));
  assertEquals(kubernetes.env, { container: { orchestrator: "kubernetes" } });
});

Deno.test("buildClientMetadata takes Vercel for Vercel where it runs on AWS Lambda", () => {
  const variables = { VERCEL: "1", VERCEL_REGION: "cdg1", AWS_LAMBDA_RUNTIME_API: "127.0.0.1" };
  assertEquals(buildClientMetadata(environment(variables)).env, { name: "vercel", region: "cdg1" });
});

Deno.test("buildClientMetadata leaves out a number that is no int32", () => {
  const variables = { K_SERVICE: "shop", FUNCTION_MEMORY_MB: "4294967296", FUNCTION_TIMEOUT_SEC: "1.5" };
  assertEquals(buildClientMetadata(environment(variables)).env, { name: "gcp.func" });
});

Deno.test("buildClientMetadata appends driver information once", () => {
  const library = { name: "library", version: "1.2", platform: "Library Platform" };
  const metadata = buildClientMetadata(environment(), {
    driverInfo: [library, { name: "framework" }, { ...library }, { name: "framework", version: "" }],
  });
  assertEquals(metadata.driver, {
    name: "torana|library|framework",
    version: `${DRIVER_VERSION}|1.2`,
  });
  assertEquals(metadata.platform, "Deno 2.9.6|Library Platform");
});

Deno.test("buildClientMetadata refuses driver information with the delimiter", () => {
  assertThrows(
    () => buildClientMetadata(environment(), { driverInfo: [{ name: "a|b" }] }),
    MongoAPIError,
    'must not contain "|"',
  );
});

const LAMBDA = { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22", AWS_REGION: "us-east-2" };

function fitted(platformBytes: number, osVersionBytes: number, region: string) {
  const metadata = buildClientMetadata(
    environment({ ...LAMBDA, AWS_REGION: region }, {
      platform: "p".repeat(platformBytes),
      os: { type: "Linux", version: "v".repeat(osVersionBytes) },
    }),
  );
  assert(calculateObjectSize(metadata) <= 512);
  return metadata;
}

Deno.test("buildClientMetadata first leaves out all of env but its name", () => {
  const metadata = fitted(10, 10, "r".repeat(400));
  assertEquals(metadata.env, { name: "aws.lambda" });
  assertEquals(metadata.os.version, "v".repeat(10));
});

Deno.test("buildClientMetadata then leaves out all of os but its type", () => {
  const metadata = fitted(10, 400, "us-east-2");
  assertEquals(metadata.env, { name: "aws.lambda" });
  assertEquals(metadata.os, { type: "Linux" });
});

Deno.test("buildClientMetadata then leaves out env", () => {
  const metadata = fitted(390, 10, "us-east-2");
  assertEquals("env" in metadata, false);
  assertEquals(metadata.platform.length, 390);
});

Deno.test("buildClientMetadata at last shortens the platform to what fits", () => {
  const metadata = fitted(600, 10, "us-east-2");
  assertEquals(calculateObjectSize(metadata), 512);
  assertEquals(metadata.os, { type: "Linux" });
});

Deno.test("buildClientMetadata cuts no character in two", () => {
  const metadata = buildClientMetadata(environment({}, { platform: "€".repeat(300) }));
  assert(calculateObjectSize(metadata) <= 512);
  assert(/^€+$/.test(metadata.platform));
});

Deno.test("buildClientMetadata refuses driver information that cannot fit", () => {
  assertThrows(
    () => buildClientMetadata(environment(), { driverInfo: [{ name: "n".repeat(600) }] }),
    MongoAPIError,
    "expected at most 512",
  );
});

Deno.test("readClientEnvironment describes this process", () => {
  const { os, platform } = readClientEnvironment();
  assert(os.type !== "unknown");
  assertEquals(platform, `Deno ${Deno.version.deno}`);
});

Deno.test("DRIVER_VERSION is the module's version", async () => {
  const card = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assertEquals(DRIVER_VERSION, card.version);
});

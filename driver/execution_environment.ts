import type { Document } from "bson";
import type { ClientEnvironment } from "./client_environment.ts";

type Variable = ClientEnvironment["variable"];

/** A provider of functions as a service: how it is recognised, and where its fields come from. */
interface Provider {
  readonly name: string;
  isPresent(variable: Variable): boolean;
  readonly texts?: Readonly<Record<string, string>>;
  readonly integers?: Readonly<Record<string, string>>;
}

const AWS_LAMBDA: Provider = {
  name: "aws.lambda",
  isPresent: (variable) =>
    variable("AWS_EXECUTION_ENV")?.startsWith("AWS_Lambda_") === true ||
    isSet(variable("AWS_LAMBDA_RUNTIME_API")),
  texts: { region: "AWS_REGION" },
  integers: { memory_mb: "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" },
};

const VERCEL: Provider = {
  name: "vercel",
  isPresent: (variable) => isSet(variable("VERCEL")),
  texts: { region: "VERCEL_REGION" },
};

const PROVIDERS: readonly Provider[] = [
  AWS_LAMBDA,
  VERCEL,
  {
    name: "azure.func",
    isPresent: (variable) => isSet(variable("FUNCTIONS_WORKER_RUNTIME")),
  },
  {
    name: "gcp.func",
    isPresent: (variable) => isSet(variable("K_SERVICE")) || isSet(variable("FUNCTION_NAME")),
    texts: { region: "FUNCTION_REGION" },
    integers: { memory_mb: "FUNCTION_MEMORY_MB", timeout_sec: "FUNCTION_TIMEOUT_SEC" },
  },
];

const MAX_INT32 = 0x7fffffff;

/** The `env` document of client metadata: provider of functions, container; `null` if there is neither. */
export function executionEnvironment(environment: ClientEnvironment): Document | null {
  const provider = providerOf(environment.variable);
  const container = containerOf(environment);
  if (provider === null && container === null) return null;
  return {
    ...(provider === null ? {} : providerFields(provider, environment.variable)),
    ...(container === null ? {} : { container }),
  };
}

/** Vercel runs on AWS Lambda, so it goes first; any other two at once say nothing reliable. */
function providerOf(variable: Variable): Provider | null {
  const present = PROVIDERS.filter((provider) => provider.isPresent(variable));
  if (present.length === 1) return present[0]!;
  const isVercelOnAws = present.length === 2 && present.includes(AWS_LAMBDA) &&
    present.includes(VERCEL);
  return isVercelOnAws ? VERCEL : null;
}

function providerFields(provider: Provider, variable: Variable): Document {
  const fields: Document = { name: provider.name };
  for (const [field, name] of Object.entries(provider.integers ?? {})) {
    const value = variable(name) ?? "";
    if (/^\d+$/.test(value) && Number(value) <= MAX_INT32) fields[field] = Number(value);
  }
  for (const [field, name] of Object.entries(provider.texts ?? {})) {
    const value = variable(name);
    if (isSet(value)) fields[field] = value;
  }
  return fields;
}

function containerOf(environment: ClientEnvironment): Document | null {
  const isKubernetes = isSet(environment.variable("KUBERNETES_SERVICE_HOST"));
  if (!environment.isDocker && !isKubernetes) return null;
  return {
    ...(environment.isDocker ? { runtime: "docker" } : {}),
    ...(isKubernetes ? { orchestrator: "kubernetes" } : {}),
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

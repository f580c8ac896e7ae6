/** What client metadata is built from; injected, so that building is pure. */
export interface ClientEnvironment {
  /** `type` is `Linux`, `Darwin`, `Windows`, `BSD` or `unknown`; the rest is as the runtime tells it. */
  readonly os: {
    readonly type: string;
    readonly architecture?: string;
    readonly version?: string;
  };
  /** The runtime, e.g. `Deno 2.9.6`. */
  readonly platform: string;
  /** Whether `/.dockerenv` exists. */
  readonly isDocker: boolean;
  /** Reads an environment variable; `undefined` where it is not set or must not be read. */
  variable(name: string): string | undefined;
}

const OS_TYPES: Readonly<Record<string, string>> = {
  linux: "Linux",
  android: "Linux",
  darwin: "Darwin",
  windows: "Windows",
  freebsd: "BSD",
  netbsd: "BSD",
};

/** Reads the environment of this process. What permissions forbid is left out. */
export function readClientEnvironment(): ClientEnvironment {
  const version = ifAllowed(() => Deno.osRelease());
  return {
    os: {
      type: OS_TYPES[Deno.build.os] ?? "unknown",
      architecture: Deno.build.arch,
      ...(version === undefined ? {} : { version }),
    },
    platform: `Deno ${Deno.version.deno}`,
    isDocker: ifAllowed(() => Deno.statSync("/.dockerenv").isFile) ?? false,
    variable: (name) => ifAllowed(() => Deno.env.get(name)),
  };
}

/** Metadata is optional: a missing file or permission must not keep a client from connecting. */
function ifAllowed<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

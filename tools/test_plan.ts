import { repositoryPath } from "./import_map.ts";

/** One run of `deno test` among those that make all tests. */
export interface PlannedRun {
  /** What is run, for people. */
  readonly what: string;
  /** Files, and folders that end with a slash. */
  readonly paths: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it does not repeat of an earlier run, and why. */
  readonly leftOut: readonly LeftOut[];
  /** Why it cannot be run here; null where it can. */
  readonly obstacle: string | null;
}

/** Tests that a repetition would tell nothing new of. */
export interface LeftOut {
  readonly what: string;
  readonly why: string;
  /** The file, or the folder with a slash, where all of it is left out. */
  readonly file?: string;
}

const OTHER_SERVERS: LeftOut = {
  what: "real clients in front of MongoDB 5.0 and 4.4",
  why: "which server answers is nothing to a backend or a worker, 6.0 does",
};

const BOTH_KINDS: LeftOut = {
  what: "current and old clients at the same time",
  why: "what they have in common is of the listener, not of the backend or a worker",
  file: "tests/live/legacy/mixed_clients_test.ts",
};

const OPERATIONS: LeftOut = {
  what: "old operations compared with those of servers, one sequence after the other",
  why: "they are translated before a backend has them; serve_legacy_test.ts and random_test.ts send them to each",
  file: "tests/live/legacy/table/table_test.ts",
};

const DRIVER: LeftOut = {
  what: "the driver and real servers",
  why: "there is no gateway between them",
  file: "tests/live/driver/",
};

/** All tests; `epollObstacle` says why the epoll backend cannot be used, null if it can. */
export function planTests(epollObstacle: string | null): PlannedRun[] {
  return [
    { what: "Everything, on the deno backend", paths: ["tests/"], env: {}, leftOut: [], obstacle: null },
    {
      what: "The proxy and real clients and servers again, on the epoll backend",
      paths: ["tests/proxy/", "tests/live/"],
      env: { TORANA_TEST_IO: "epoll", TORANA_TEST_VERSIONS: "6.0" },
      leftOut: [
        OTHER_SERVERS,
        BOTH_KINDS,
        OPERATIONS,
        DRIVER,
        {
          what: "current clients in front of a mirror, and most answers to 200 old clients",
          why: "what they get is decided behind the backend, and the former in front of a gateway use all of it",
        },
        {
          what: "what a mirror writes into replies",
          why: "it does so before a backend has them; drivers_test.ts opens and closes its connections on each",
          file: "tests/live/mirror/addresses_test.ts",
        },
        {
          what: "clients that come and go in front of a gateway process",
          why: "10,000 do so in front of the same backend in the thread of a test",
          file: "tests/live/soak_test.ts",
        },
        {
          what: "a real client in front of two workers",
          why: "the next run has all of them",
          file: "tests/live/workers_test.ts",
        },
        { what: "TLS", why: "epoll speaks none, the deno backend does", file: "tests/live/tls_test.ts" },
      ],
      obstacle: epollObstacle,
    },
    {
      what: "Real clients and servers again, with 2 workers on the backend of --io=auto",
      paths: ["tests/proxy/main_test.ts", "tests/live/"],
      env: { TORANA_TEST_IO: "auto", TORANA_TEST_WORKERS: "2", TORANA_TEST_VERSIONS: "6.0" },
      leftOut: [
        OTHER_SERVERS,
        BOTH_KINDS,
        OPERATIONS,
        DRIVER,
        { what: "each compressor", why: "a client's connection is one worker's, which compresses as one thread does" },
        { what: "the mirror", why: "one thread serves it, as in the run before", file: "tests/live/mirror/" },
        {
          what: "what 200 old clients are told of their writes",
          why: "that is kept with a client's connection, which is one worker's",
          file: "tests/live/legacy/many_clients_test.ts",
        },
        {
          what: "the proxy's tests with scripted servers",
          why: "their gateways run in the thread of the tests; tests/proxy/workers/ has the workers' own",
        },
        {
          what: "10,000 clients that come and go",
          why: "that gateway runs in the thread of its test, whose memory is measured, and has no workers",
          file: "tests/live/gateway_churn_test.ts",
        },
      ],
      obstacle: null,
    },
  ];
}

/** The files that it runs: `deno test` heeds `--ignore` for the first of several paths only. */
export function testFiles({ paths, leftOut }: PlannedRun): string[] {
  return paths.flatMap(findTests).filter((path) => !leftOut.some(({ file }) => file !== undefined && isIn(path, file)));
}

function isIn(path: string, place: string): boolean {
  return place.endsWith("/") ? path.startsWith(place) : path === place;
}

function findTests(path: string): string[] {
  if (!path.endsWith("/")) return [path];
  return [...Deno.readDirSync(repositoryPath(path))]
    .flatMap(({ name, isDirectory }) => isDirectory ? findTests(`${path}${name}/`) : `${path}${name}`)
    .filter((file) => file.endsWith("_test.ts"))
    .sort();
}

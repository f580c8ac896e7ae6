import { cacheFolder } from "./cache_folder.ts";

const TIMEOUT_MS = 3_000;
const REMEMBERED_MS = 60 * 60 * 1000;

interface Answer {
  readonly url: string;
  readonly answers: boolean;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Says whether JSR answers. Asked once an hour, and not for longer than three seconds. */
export async function jsrAnswers(): Promise<boolean> {
  const url = probeUrl();
  const remembered = await recall(url);
  if (remembered !== null) return remembered;
  const answers = await probe(url);
  await remember({ url, answers, time: Date.now() });
  return answers;
}

/** `JSR_URL` is Deno's own variable for another registry. */
function probeUrl(): string {
  const registry = Deno.env.get("JSR_URL") || "https://jsr.io/";
  return new URL("@std/assert/meta.json", registry.endsWith("/") ? registry : `${registry}/`).href;
}

async function probe(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const meta: unknown = await response.json();
    return response.ok && typeof meta === "object" && meta !== null && "versions" in meta;
  } catch {
    return false;
  }
}

async function recall(url: string): Promise<boolean | null> {
  try {
    const answer = JSON.parse(await Deno.readTextFile(memoryPath())) as Partial<Answer>;
    const age = Date.now() - (answer.time ?? 0);
    return answer.url === url && age >= 0 && age < REMEMBERED_MS ? answer.answers === true : null;
  } catch {
    return null;
  }
}

/** A memory that cannot be written costs one more question next time. */
async function remember(answer: Answer): Promise<void> {
  try {
    await Deno.mkdir(cacheFolder(), { recursive: true });
    await Deno.writeTextFile(memoryPath(), JSON.stringify(answer));
  } catch {
    return;
  }
}

function memoryPath(): string {
  return `${cacheFolder()}/jsr.json`;
}

import { until } from "./mongod/wait.ts";

/** Says whether a process runs; one that has ended and was not waited for does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] }).output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

/** Waits until a process has ended. */
export async function untilGone(pid: number): Promise<void> {
  await until(`process ${pid} is gone`, async () => await isAlive(pid) ? null : true, 20_000);
}

import { assertEquals } from "@std/assert";
import { CommandWatch, type WatchedCommand } from "../../../proxy/exchange/command_watch.ts";

class Command implements WatchedCommand {
  isSending = false;
  timeouts = 0;

  onTimeout(): void {
    this.timeouts++;
  }
}

Deno.test("CommandWatch finds a command that is not answered for the time limit", () => {
  const watch = new CommandWatch(1_000);
  const command = new Command();
  watch.add(command);
  watch.look(500);
  watch.look(1_499);
  assertEquals(command.timeouts, 0);
  watch.look(1_500);
  assertEquals(command.timeouts, 1);
});

Deno.test("CommandWatch counts from the first look, and so never too early", () => {
  const watch = new CommandWatch(1_000);
  watch.look(0);
  const command = new Command();
  watch.add(command);
  watch.look(5_000);
  assertEquals(command.timeouts, 0);
  watch.look(6_000);
  assertEquals(command.timeouts, 1);
});

Deno.test("CommandWatch counts no time in which the client sends", () => {
  const watch = new CommandWatch(1_000);
  const command = new Command();
  watch.add(command);
  watch.look(0);
  command.isSending = true;
  watch.look(5_000);
  command.isSending = false;
  watch.look(5_999);
  assertEquals(command.timeouts, 0);
  watch.look(6_000);
  assertEquals(command.timeouts, 1);
});

Deno.test("CommandWatch forgets commands that are over, also while it looks", () => {
  const watch = new CommandWatch(1_000);
  const [answered, late] = [new Command(), new Command()];
  late.onTimeout = () => {
    late.timeouts++;
    watch.delete(late);
  };
  for (const command of [answered, late]) watch.add(command);
  watch.look(0);
  watch.delete(answered);
  watch.look(1_000);
  watch.look(2_000);
  assertEquals([answered.timeouts, late.timeouts, watch.size], [0, 1, 0]);
});

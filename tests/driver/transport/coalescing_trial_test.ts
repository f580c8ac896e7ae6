import { assertEquals } from "@std/assert";
import { CoalescingTrial } from "../../../driver/transport/coalescing_trial.ts";

/** Runs epochs whose round trips depend on whether there are pauses; gives what each epoch did. */
function run(trial: CoalescingTrial, epochs: number, roundTrip: (pauses: boolean, epoch: number) => number | null) {
  return Array.from({ length: epochs }, (_, epoch) => {
    const { pauses } = trial;
    trial.endEpoch(roundTrip(pauses, epoch));
    return pauses;
  });
}

/** How many epochs in the second half paused. */
function late(epochs: boolean[]): number {
  return epochs.slice(epochs.length / 2).filter((pauses) => pauses).length / (epochs.length / 2);
}

Deno.test("CoalescingTrial keeps pauses that make round trips shorter, and tries without at times", () => {
  const paused = late(run(new CoalescingTrial(), 340, (pauses) => pauses ? 1 : 1.2));
  assertEquals(paused, 160 / 170);
});

Deno.test("CoalescingTrial keeps pauses that make no difference", () => {
  assertEquals(late(run(new CoalescingTrial(), 340, () => 1)), 160 / 170);
});

Deno.test("CoalescingTrial gives pauses up that make round trips longer, and tries them at times", () => {
  assertEquals(late(run(new CoalescingTrial(), 340, (pauses) => pauses ? 1.2 : 1)), 10 / 170);
});

Deno.test("CoalescingTrial takes pauses up again when they begin to pay", () => {
  const trial = new CoalescingTrial();
  run(trial, 340, (pauses) => pauses ? 1.5 : 1);
  assertEquals(late(run(trial, 680, (pauses) => pauses ? 1 : 1.1)), 320 / 340);
});

Deno.test("CoalescingTrial takes a load that grows for no fault of pauses", () => {
  assertEquals(late(run(new CoalescingTrial(), 340, (pauses, epoch) => (1 + epoch) * (pauses ? 1 : 1.1))), 160 / 170);
});

Deno.test("CoalescingTrial learns nothing from epochs with too little in them", () => {
  assertEquals(late(run(new CoalescingTrial(), 340, (pauses) => pauses ? null : 1)), 160 / 170);
});

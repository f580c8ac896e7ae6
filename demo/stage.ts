import type { Paint } from "./paint.ts";
import type { DemoPlan } from "./plan.ts";
import type { Screen } from "./screen.ts";

/** What the demo plays on. */
export interface Stage {
  readonly plan: DemoPlan;
  readonly screen: Screen;
  readonly paint: Paint;
  /** What must be cleared up. */
  readonly resources: AsyncDisposableStack;
  /** Told when a process of the demo ends that was not told to. */
  readonly onCrash: (error: Error) => void;
}

import type { Deployment } from "./deployment.ts";
import type { DriverUnderTest } from "./driver_interface.ts";
import { EntityMap } from "./entity_map.ts";
import type { MatchContext } from "./match.ts";

/** What belongs to the run of one case. */
export class CaseContext implements MatchContext {
  readonly driver: DriverUnderTest;
  readonly deployment: Deployment;
  readonly entities = new EntityMap();
  /** The fail points that are to be turned off. */
  readonly failPoints = new Set<string>();
  hasTransaction = false;
  /** A check that failed where the driver may hide it, within a callback that it called. */
  failure: { readonly error: unknown } | null = null;

  constructor(driver: DriverUnderTest, deployment: Deployment) {
    this.driver = driver;
    this.deployment = deployment;
  }

  bsonEntity(name: string): unknown {
    return this.entities.get("bson", name);
  }

  sessionLsid(name: string): unknown {
    return this.driver.inspectSession(this.entities.get("session", name)).lsid;
  }
}

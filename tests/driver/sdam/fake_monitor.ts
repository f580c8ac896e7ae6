import type { MonitorListener, MonitorOptions, ServerMonitor } from "../../../driver/sdam/monitor.ts";

/** A monitor that checks nothing: tests tell its listener, and see what was asked of it. */
export class FakeMonitor implements ServerMonitor {
  readonly address: string;
  readonly listener: MonitorListener;
  /** What was called, in order. */
  readonly calls: string[] = [];

  constructor(options: MonitorOptions) {
    this.address = options.address;
    this.listener = options.listener;
  }

  start(): void {
    this.calls.push("start");
  }

  requestCheck(): void {
    this.calls.push("requestCheck");
  }

  cancelCheck(): void {
    this.calls.push("cancelCheck");
  }

  stop(): Promise<void> {
    this.calls.push("stop");
    return Promise.resolve();
  }
}

import type { PickedProducer } from "../agents/producer.ts";
import type { RunMeter } from "../metrics/run-meter.ts";
import type { Holder } from "../storage/run-store.ts";
import type { Storage } from "../storage/storage.ts";
import type { Clock } from "./clock.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { RunTaps } from "./run-taps.ts";

/** What one user, one address, and everybody together may use; absent: no limit. */
export interface Limits {
  runsPer10Min?: number;
  liveRuns?: number;
  /** Of everybody together, with the server's key. */
  tokensPerDay?: number;
  /** Of this process. */
  serverRuns?: number;
}

/**
 * What the use cases of a run need from outside: one per process, made in server.ts. A function takes what it
 * needs.
 */
export interface RunContext {
  storage: Storage;
  clock: Clock;
  holder: Holder;
  leaseMs: number;
  heartbeatMs: number;
  /** How long a run may go on in this process before it is handed over; absent: to its end. */
  sliceMs?: number;
  /** How long a run waits for a person's decision; absent: for ever. */
  approvalMs?: number;
  limits: Limits;
  newId(): string;
  /** 0 to 1, for jitter. */
  random(): number;
  /** Chooses what writes a run, by what it names. `keys`: of the browser that starts it, by their origins. */
  pickProducer(run: {
    agent: string;
    model?: string;
    keys?: ReadonlyMap<string, string>;
  }): Promise<PickedProducer>;
  live: LiveRuns;
  /** What watches the runs from the side; absent: nothing does. */
  taps?: RunTaps;
  /** What counts them; absent: nothing does. */
  meter?: RunMeter;
  log(line: Readonly<Record<string, unknown>>): void;
}

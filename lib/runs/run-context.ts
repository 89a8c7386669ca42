import type { PickedProducer } from "../agents/producer.ts";
import type { Holder } from "../storage/run-store.ts";
import type { Storage } from "../storage/storage.ts";
import type { Clock } from "./clock.ts";
import type { LiveRuns } from "./live-runs.ts";

/** What one owner, one address, and everybody together may use; absent: as much as they like. */
export interface Limits {
  runsPer10Min?: number;
  liveRuns?: number;
  /** Of the server's key. */
  tokensPerDay?: number;
}

/** What the use cases of a run need from outside; the composition root makes one per process. */
export interface RunContext {
  storage: Storage;
  clock: Clock;
  holder: Holder;
  leaseMs: number;
  heartbeatMs: number;
  /** How long this host lets a run go on before it is handed over; absent: for ever. */
  sliceMs?: number;
  limits: Limits;
  newId(): string;
  /** 0 to 1, for jitter. */
  random(): number;
  /** Chooses what writes a run, by what it names. */
  pickProducer(run: { agent: string; model?: string }): Promise<PickedProducer>;
  live: LiveRuns;
  log(line: Readonly<Record<string, unknown>>): void;
}

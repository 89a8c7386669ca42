import type { Message } from "../../protocol/message.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { ClientEnvironment } from "../environment.ts";
import { followLog } from "../follow-log.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { Reconnection } from "../reconnection.ts";
import { getEvents } from "../requests.ts";
import { createReplayLog, type ReplayLog } from "./replay-log.ts";
import { streamFixture } from "./stream-fixture.ts";

/** A run as the inspector has it. A new value whenever any of it changes. */
export interface Inspection {
  phase: InspectionPhase;
  /** What led to the run. */
  messages: readonly Message[];
  log: ReplayLog;
  /** How many events of it there are. */
  head: number;
  /** The connection to a live run is lost, and looked for. */
  isLost: boolean;
  /** When it was, while the run was followed here. */
  reconnections: readonly Reconnection[];
}

/** `missing`: it is not this person's, or is no longer kept. `away`: it could not be read to its end. */
export type InspectionPhase = "loading" | "live" | "ended" | "missing" | "away";

export interface InspectionStore {
  getState(): Inspection;
  subscribe(changed: () => void): () => void;
  /** Reads the run, and follows it while it is live. Returns the function that ends that. */
  open(): () => void;
}

/** Reads a run from its first event on; what is read is shown once a frame. */
export function createInspection(environment: ClientEnvironment, runId: string): InspectionStore {
  const listeners = new Set<() => void>();
  let log = createReplayLog(runId);
  let state: Inspection = { phase: "loading", messages: [], log, head: 0, isLost: false, reconnections: [] };
  let lostAt: number | undefined;
  let isScheduled = false;

  function publish(change: Partial<Inspection>): void {
    state = { ...state, ...change };
    if (isScheduled) return;
    isScheduled = true;
    environment.frame(() => {
      isScheduled = false;
      for (const changed of listeners) changed();
    });
  }

  function take(events: readonly RunEvent[]): void {
    for (const event of events) log.push(event);
    publish({ head: log.events.length });
  }

  function noteConnection({ type }: ConnectionState): void {
    if (type === "waiting") {
      lostAt ??= environment.now();
      publish({ isLost: true });
    } else if (type === "live" && lostAt !== undefined) {
      const reconnection = { runId, seq: log.state.seq, afterMs: environment.now() - lostAt };
      lostAt = undefined;
      publish({ isLost: false, reconnections: [...state.reconnections, reconnection] });
    }
  }

  async function read(signal: AbortSignal): Promise<void> {
    log = createReplayLog(runId);
    publish({ phase: "loading", log, head: 0 });
    const result = await streamFixture(environment, runId, signal, {
      onMessages: (messages) => publish({ messages }),
      onEvents: take,
    });
    if (signal.aborted) return;
    if (result !== "read") return publish({ phase: result });
    if (log.state.ending) return publish({ phase: "ended" });
    publish({ phase: "live" });
    const end = await followLog({
      ...{ environment, state: log.state, signal },
      resume: (from, aborted) => getEvents(environment, from, aborted),
      onEvent: (event) => take([event]),
      onState: () => undefined,
      onConnection: noteConnection,
      onDurability: () => undefined,
    });
    if (!signal.aborted) publish({ phase: end.run.ending ? "ended" : "away", isLost: false });
  }

  return {
    getState: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    open() {
      const controller = new AbortController();
      void read(controller.signal);
      return () => controller.abort();
    },
  };
}

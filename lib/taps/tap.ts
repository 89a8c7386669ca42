import type { RunEvent } from "../protocol/run-event.ts";

/**
 * The seam between the runs of a process and what watches them from the side: counts words, notes costs,
 * tells another system. A tap owns what it makes of the events. It does not own when it is called, what
 * becomes of its failures, or which runs there are: lib/runs/run-taps.ts does.
 *
 * 1. Durable first: a tap is given only what the store has, in the order of the log, each event at most once.
 * 2. No run waits for a tap. Events wait for it in a bounded queue; where it is full the oldest are left out,
 *    and counted.
 * 3. Nothing that a tap does reaches a run: it is given copies. What it throws ends its watching of that run,
 *    in a line of the log.
 * 4. A tap that keeps the thread busy, again and again, is left out until the process ends: it shares the
 *    thread with all runs, and one call of it cannot be interrupted.
 * 5. It sees what passes here. A run that another process takes over is watched there from then on, and what
 *    waits for a tap while its process dies is lost. What must see every event reads the log (`followRun`).
 */
export interface Tap {
  /** As the log of the server calls it. */
  readonly name: string;
  /** A run begins here, or is taken over. Undefined: it is not watched. `log` writes to the server's log. */
  open(run: TappedRun, log: TapLog): TapObserver | undefined;
}

export type TapLog = (line: Readonly<Record<string, unknown>>) => void;

/** A run, as far as it is known before its next event. */
export interface TappedRun {
  readonly runId: string;
  readonly conversationId: string;
  /** Not a person: whom a browser's cookie belongs to. */
  readonly userId: string;
  readonly agent: string;
  /** Events up to this one were written before, and are not given; 0: none. */
  readonly afterSeq: number;
}

export interface TapObserver {
  /**
   * The next events. Where it returns a promise, the ones after it wait for that. `dropped`: how many were
   * left out just before these.
   */
  take(events: readonly RunEvent[], dropped: number): void | Promise<void>;
  /** Nothing more comes: the last event says how the run ended, or another process goes on. */
  end?(): void | Promise<void>;
}

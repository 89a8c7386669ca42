import { setTimeout as sleep } from "node:timers/promises";
import { end, word } from "../../support/chat-chunks.ts";
import { gate } from "../../support/scripted-model.ts";
import type { Script, Step } from "../../support/scripted-model-server.ts";

export interface PacedAnswer {
  script: Script;
  /** Lets the pieces begin. */
  begin(): void;
  /** Resolves when all of them were written. */
  written: Promise<void>;
  /** Writes what is left at once, and ends the answer. */
  finish(): void;
}

/** An answer that begins with `before` at once, and goes on with a piece each `everyMs`. */
export function pacedAnswer(before: string, pieces: readonly string[], everyMs: number): PacedAnswer {
  const [begun, written, over] = [gate(), gate(), gate()];
  let startedAt = 0;
  let isFinished = false;
  const due = (at: number): Promise<unknown> => {
    if (at === 0) startedAt = performance.now();
    if (isFinished) return Promise.resolve();
    return sleep(Math.max(0, startedAt + at * everyMs - performance.now()));
  };
  const paced = pieces.flatMap((piece, at): Step[] => [
    {
      // The wait begins when the step does.
      get until() {
        return due(at);
      },
    },
    { write: word(piece) },
  ]);
  const last: Step = {
    get until() {
      written.open();
      return over.promise;
    },
  };
  return {
    script: { steps: [{ write: word(before) }, { until: begun.promise }, ...paced, last, { write: end }] },
    begin: begun.open,
    written: written.promise,
    finish() {
      isFinished = true;
      over.open();
    },
  };
}

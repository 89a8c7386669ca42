import type { EventBody } from "../protocol/run-event.ts";

/** How often a call may tell its progress, ms; of what comes faster, the newest. */
const intervalMs = 100;

export interface ProgressReporter {
  note(progress: number, total?: number, message?: string): void;
  /** What was not told yet. */
  flush(): Promise<void>;
  /** Nothing is told any more. */
  end(): void;
}

/** Tells how far a call is, not more often than anybody can see. */
export function createProgressReporter(
  toolCallId: string,
  emit: (event: EventBody) => Promise<void>,
): ProgressReporter {
  let newest: EventBody | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;

  async function flush(): Promise<void> {
    const event = newest;
    newest = undefined;
    if (event && !isEnded) await emit(event);
  }

  return {
    note(progress, total, message) {
      if (isEnded || !Number.isFinite(progress)) return;
      newest = {
        type: "tool-progress",
        toolCallId,
        progress,
        ...(total !== undefined && Number.isFinite(total) && { total }),
        ...(message !== undefined && { message: message.slice(0, 500).toWellFormed() }),
      };
      if (timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        void flush();
      }, intervalMs);
      // The first is told at once.
      void flush();
    },
    flush,
    end() {
      isEnded = true;
      clearTimeout(timer);
    },
  };
}

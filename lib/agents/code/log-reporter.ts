import type { EventBody } from "../../protocol/run-event.ts";
import { toolOutput } from "../../tools/tool-output.ts";
import type { ProducerContext } from "../producer.ts";

/** What code prints, on its way into the log while it runs. */
export interface LogReporter {
  readonly text: string;
  push(text: string): void;
  /** Resolves when nothing more of it is on the way. */
  end(): Promise<void>;
}

interface LogOptions {
  toolCallId: string;
  /** How much of it an earlier holder had shown, in characters: so much is not shown again. */
  shownLength: number;
  clock: ProducerContext["clock"];
  signal: AbortSignal;
  emit(event: EventBody): Promise<void>;
}

/** Between two looks at what is new, ms. */
export const printPauseMs = 80;
/** Each look repeats all that was printed. Above so many characters it has to be worth that. */
const cheapLength = 8192;

/** Passes on the whole text each time that there is more, at a cost that grows with what is printed. */
export function createLogReporter({ toolCallId, shownLength, clock, signal, emit }: LogOptions): LogReporter {
  let text = "";
  let shown = shownLength;
  let isEnded = false;
  let sending: Promise<void> | undefined;

  const isWorthIt = (): boolean =>
    !isEnded && text.length > shown && (text.length <= cheapLength || text.length >= shown * 1.25);

  async function send(): Promise<void> {
    while (isWorthIt() && !signal.aborted) {
      shown = text.length;
      await emit(toolOutput(toolCallId, { printed: text }, true));
      if (!isEnded) await clock.sleep(printPauseMs, signal);
    }
    sending = undefined;
  }

  return {
    get text() {
      return text;
    },
    push(more) {
      text += more;
      sending ??= send();
    },
    async end() {
      isEnded = true;
      await sending;
    },
  };
}

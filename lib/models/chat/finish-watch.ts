import { finishReasonOf, type GivenFinishReason } from "../finish-reason.ts";

/*
 * Whether an answer is whole. The last finish reason counts. Text behind one makes it void: then the server
 * writes them for no reason, with every chunk perhaps, and none that came along with text is believed any
 * more, unless something else tells that the answer is at its end: the stream's own end, or a report of
 * usage, with the last text or behind it, that is the first or stands alone.
 */

export interface FinishWatch {
  /** `hasText`: the chunk has text too. */
  note(finishReason: string, hasText: boolean): void;
  /** Text came, in this chunk or a later one than the finish reason. */
  noteText(): void;
  /** A report of usage came, behind the text of its chunk. `isAlone`: the chunk has nothing else. */
  noteUsage(isAlone: boolean): void;
  /** A finish reason stands: what is still to come is usage at most. */
  readonly isFinished: boolean;
  /** It came along with text: more may come. */
  readonly isProvisional: boolean;
  /** What the answer ended with; undefined if it was cut off. `isDone`: the stream had said that it ends. */
  end(isDone: boolean): GivenFinishReason | undefined;
}

export function createFinishWatch(): FinishWatch {
  let written: string | undefined;
  let isProvisional = false;
  let hasMoreText = false;
  let isBelieved = true;
  let hasUsage = false;
  let isAtEnd = false;

  const stands = (): boolean => !hasMoreText && (isBelieved || !isProvisional);

  return {
    note(finishReason, hasText) {
      written = finishReason;
      isProvisional = hasText;
      hasMoreText = false;
    },
    noteText() {
      isAtEnd = false;
      if (written === undefined) return;
      hasMoreText = true;
      isBelieved = false;
    },
    noteUsage(isAlone) {
      isAtEnd ||= isAlone || !hasUsage;
      hasUsage = true;
    },
    get isFinished() {
      return written !== undefined && isBelieved;
    },
    get isProvisional() {
      return isProvisional;
    },
    end: (isDone) =>
      written !== undefined && (isDone || isAtEnd || stands()) ? finishReasonOf(written) : undefined,
  };
}

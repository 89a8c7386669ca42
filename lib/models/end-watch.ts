import type { JsonFields } from "./fields-of.ts";
import type { ModelPart } from "./model.ts";

/** Whether an answer is whole, on a wire on which several messages may follow each other in one. */
export interface EndWatch {
  /**
   * A message begins with that head. True if it is another one, behind the end of one, which was no end then;
   * one without a head is none.
   */
  begin(head: JsonFields): boolean;
  /** What was read, from `start` on: where the model said more behind the end, that was none. */
  noteMore(parts: readonly ModelPart[], start: number): void;
  end(): void;
  readonly isEnded: boolean;
}

export function createEndWatch(): EndWatch {
  let isEnded = false;

  return {
    begin(head) {
      const isAnother = isEnded && Object.keys(head).length > 0;
      if (isAnother) isEnded = false;
      return isAnother;
    },
    noteMore(parts, start) {
      if (isEnded && parts.slice(start).some(saysMore)) isEnded = false;
    },
    end() {
      isEnded = true;
    },
    get isEnded() {
      return isEnded;
    },
  };
}

/** The end of a text says nothing. */
const saysMore = (part: ModelPart): boolean => "delta" in part || part.type === "tool-call-start";

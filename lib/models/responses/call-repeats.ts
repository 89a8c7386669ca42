import type { ModelPart } from "../model.ts";

/** Calls of an answer that is read in several requests, each of which says an open call once more. */
export interface CallRepeats {
  /** The part as it goes on with what was passed before; undefined if it is a repeat. */
  pass(part: ModelPart): ModelPart | undefined;
  /** Another request begins: calls are numbered anew, and known by their ids. */
  restart(): void;
}

interface PassedCall {
  toolCallId: string;
  /** Over all requests. */
  index: number;
  /** Characters of its arguments that were passed on. */
  length: number;
}

export function createCallRepeats(): CallRepeats {
  const calls: PassedCall[] = [];
  /** How many there were when this request began. */
  let known = 0;
  /** By the number that this request gives it, with how much of it is still a repeat. */
  const current = new Map<number, { call: PassedCall; repeated: number }>();

  function start(index: number, toolCallId: string): PassedCall | undefined {
    const before = calls.slice(0, known).findLast((call) => call.toolCallId === toolCallId);
    const call = before ?? { toolCallId, index: calls.length, length: 0 };
    if (!before) calls.push(call);
    current.set(index, { call, repeated: call.length });
    return before ? undefined : call;
  }

  function pass(part: ModelPart): ModelPart | undefined {
    switch (part.type) {
      case "tool-call-start": {
        const call = start(part.index, part.toolCallId);
        return call && { ...part, index: call.index };
      }
      case "tool-call-delta": {
        const written = current.get(part.index);
        if (!written) return part;
        const delta = part.delta.slice(written.repeated);
        written.repeated -= part.delta.length - delta.length;
        written.call.length += delta.length;
        return delta === "" ? undefined : { ...part, index: written.call.index, delta };
      }
      case "tool-call-end":
        return { ...part, index: current.get(part.index)?.call.index ?? part.index };
      default:
        return part;
    }
  }

  return {
    pass,
    restart() {
      known = calls.length;
      current.clear();
    },
  };
}

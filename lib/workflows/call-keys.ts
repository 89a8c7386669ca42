import { isOpen, type RunState } from "../protocol/run-state.ts";
import { hashOfJson } from "../tools/call-hash.ts";

/** What an instance asks, by the name that it has in the log. */
interface CallKey {
  key: string;
  /** From 1. */
  number: number;
  /** It was asked before, and has its answer. */
  isAnswered: boolean;
  /** What was asked in its place before, and is asked no more. */
  replaced: ReadonlySet<string>;
}

/**
 * Names what one attempt of an instance asks: `<base>_<number>_<hash>`, `r<failures>` behind the number of
 * what is asked anew after a failure.
 *
 * 1. What was asked before is found again by what it asks, whatever comes first now: what is asked side by
 *    side comes in the order of the answers.
 * 2. Of several that ask the same the first one comes first.
 * 3. What asks something else takes the place of what was asked there, once all that have their answer have
 *    been given it: only then nobody asks for that any more.
 */
export interface CallKeys {
  take(asked: unknown, isWait: boolean): Promise<CallKey>;
  /** To be called when whoever asked has the answer. */
  given(call: CallKey): void;
}

interface CallKeysOptions {
  base: string;
  failures: number;
  state(): RunState;
  durable(): Promise<void>;
}

export function createCallKeys({ base, failures, state, durable }: CallKeysOptions): CallKeys {
  /** Of earlier holders, and asked by nobody so far. */
  let left: Set<string> | undefined;
  const taken = new Set<string>();
  let count = 0;
  /** What is looked for in the log, or found there and not given yet. */
  let giving = 0;
  /** Of whoever waits until it is none. */
  let settled = Promise.withResolvers<void>();

  function settle(): void {
    giving -= 1;
    if (giving > 0) return;
    settled.resolve();
    settled = Promise.withResolvers();
  }

  const numberIn = (key: string): number => Number.parseInt(key.slice(base.length + 1), 10);

  /** 1. 2. */
  const found = (nameAt: (number: number) => string, number: number): string | undefined =>
    left?.has(nameAt(number))
      ? nameAt(number)
      : [...(left ?? [])]
          .filter((key) => key === nameAt(numberIn(key)))
          .toSorted((one, other) => numberIn(one) - numberIn(other))[0];

  /** 3. */
  async function allGiven(): Promise<void> {
    for (;;) {
      // Whoever was given an answer asks on before that.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (giving === 0) return;
      await settled.promise;
    }
  }

  async function take(asked: unknown, isWait: boolean): Promise<CallKey> {
    count += 1;
    const number = count;
    const again = isWait || failures === 0 ? "" : `r${failures}`;
    const hash = hashOfJson(asked).slice(0, 8);
    const nameAt = (at: number): string => `${base}_${at}${again}_${hash}`;
    giving += 1;
    try {
      await durable();
    } catch (error) {
      settle();
      throw error;
    }
    left ??= askedKeys(state(), base);
    let key = found(nameAt, number);
    const isAnswered = key !== undefined && isAnsweredIn(state(), key);
    if (!isAnswered) settle();
    if (key === undefined && left.size > 0) await allGiven();
    const replaced = new Set<string>();
    if (key === undefined) {
      for (const other of left) if (other.startsWith(`${base}_${number}${again}_`)) replaced.add(other);
      key = nameAt(number);
      while (taken.has(key)) key = nameAt((count += 1));
    }
    for (const each of [key, ...replaced]) left.delete(each);
    taken.add(key);
    return { key, number: numberIn(key), isAnswered, replaced };
  }

  return {
    take,
    given({ isAnswered }) {
      if (isAnswered) settle();
    },
  };
}

/** Its calls, and the answers that its agents have shown; what was dropped has left nothing. */
function askedKeys({ parts, steps }: RunState, base: string): Set<string> {
  const written = new Set(parts.map(({ stepId }) => stepId));
  const keys = [
    ...parts.flatMap((part) => (part.type === "tool" ? [part.toolCallId] : [])),
    ...steps.flatMap((step) =>
      step.workflowCall !== undefined && (isOpen(step) || written.has(step.stepId))
        ? [step.workflowCall]
        : [],
    ),
  ];
  return new Set(keys.filter((key) => key.startsWith(`${base}_`) && keyPattern.test(key.slice(base.length))));
}

const keyPattern = /^_\d+(r\d+)?_[0-9a-f]{8}$/;

function isAnsweredIn({ parts, steps }: RunState, key: string): boolean {
  const call = parts.find((part) => part.type === "tool" && part.toolCallId === key);
  if (call) return call.endedAt !== undefined;
  const last = steps.findLast((step) => step.workflowCall === key);
  return last !== undefined && !isOpen(last) && last.finishReason !== "tool-calls";
}

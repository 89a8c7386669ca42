import { coalescedTimer } from "../async/coalesced-timer.ts";
import type { ModelPart } from "./model.ts";

/** Parts on their way from whoever finds them to whoever takes them. */
export interface ReadyParts {
  /** Adds what `find` pushes. If it throws, that is the end: after what it had found. */
  add(find: (found: ModelPart[]) => void): void;
  /** The last to be added. */
  end(find: (found: ModelPart[]) => void): void;
  readonly isOver: boolean;
  /** Somebody waits for the next ones. */
  readonly isAsked: boolean;
  /** All that has gathered; undefined at the end. Throws what ended it. */
  next(): Promise<readonly ModelPart[] | undefined>;
}

/**
 * Neighbours of one kind become one part while they wait, for at most `coalesceMs`; whatever is not more of
 * the text that went on last, or is much of it, takes all with it at once.
 */
export function createReady(coalesceMs: number): ReadyParts {
  let ready: ModelPart[] = [];
  let newest: string | undefined;
  /** The newest report: some providers send one with every letter, and the last counts. */
  let usage: ModelPart | undefined;
  let isDue = false;
  let over: { failure?: unknown } | undefined;
  let stopGathering: (() => void) | undefined;
  let taker: PromiseWithResolvers<readonly ModelPart[] | undefined> | undefined;

  function goOn(): void {
    stopGathering?.();
    stopGathering = undefined;
    isDue = true;
    if (!taker) return;
    const { resolve, reject } = taker;
    taker = undefined;
    if (!hasSome() && over && "failure" in over) reject(over.failure);
    else resolve(take());
  }

  const hasSome = (): boolean => ready.length > 0 || usage !== undefined;

  function take(): readonly ModelPart[] | undefined {
    const taken = usage ? [...ready, usage] : ready;
    ready = [];
    usage = undefined;
    isDue = over !== undefined;
    return taken.length === 0 ? undefined : taken;
  }

  function put(part: ModelPart): void {
    if (part.type === "usage") {
      usage = part;
      return;
    }
    if (usage && part.type === "finish") {
      ready.push(usage);
      usage = undefined;
    }
    const kind = textKind(part);
    const last = ready.at(-1);
    const both = last && join(last, part);
    if (both) ready[ready.length - 1] = both;
    else ready.push(part);
    if (kind === undefined || kind !== newest || lengthOf(both ?? part) >= mostLetters) isDue = true;
    newest = kind;
  }

  function add(find: (found: ModelPart[]) => void): void {
    const found: ModelPart[] = [];
    try {
      find(found);
    } catch (failure) {
      over = { failure };
    }
    for (const part of found) put(part);
    if (isDue || over) goOn();
    else if (hasSome()) stopGathering ??= coalescedTimer(performance.now(), coalesceMs, goOn);
  }

  return {
    add,
    end(find) {
      if (over) return;
      add((found) => {
        find(found);
        over = {};
      });
    },
    get isOver() {
      return over !== undefined;
    },
    get isAsked() {
      return taker !== undefined;
    },
    async next() {
      if (isDue && hasSome()) return take();
      if (over) {
        if ("failure" in over) throw over.failure;
        return undefined;
      }
      taker = Promise.withResolvers();
      return taker.promise;
    },
  };
}

/** Characters of a part: a longer one would be an event that each reader of the run has to hold. */
const mostLetters = 16 * 1024;

const lengthOf = (part: ModelPart): number => ("delta" in part ? part.delta.length : 0);

/** What more of the same may join; undefined for a part that is no piece of a text. */
function textKind(part: ModelPart): string | undefined {
  switch (part.type) {
    case "text":
    case "reasoning":
    case "refusal":
      return part.type;
    case "tool-call-delta":
      return `${part.type} ${part.index}`;
    default:
      return undefined;
  }
}

/** Two neighbours as one part; undefined if they are not of one text, or the first is long enough. */
function join(one: ModelPart, next: ModelPart): ModelPart | undefined {
  if (lengthOf(one) >= mostLetters) return undefined;
  switch (next.type) {
    case "text":
    case "reasoning":
    case "refusal":
      return one.type === next.type ? { type: next.type, delta: one.delta + next.delta } : undefined;
    case "tool-call-delta":
      return one.type === next.type && one.index === next.index
        ? { ...next, delta: one.delta + next.delta }
        : undefined;
    default:
      return undefined;
  }
}

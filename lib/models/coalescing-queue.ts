import { coalescedTimer } from "../async/coalesced-timer.ts";
import { createDeltaMerge, maxDeltaLength } from "../protocol/delta-merge.ts";
import type { ModelPart } from "./model.ts";

/** Parts on their way from the connection, which pushes them, to the loop that pulls them. */
export interface CoalescingQueue {
  /** Queues what `produce` adds to its list. If it throws, that ends the queue, behind what it had added. */
  push(produce: (parts: ModelPart[]) => void): void;
  /** The same, and it is the end. */
  end(produce: (parts: ModelPart[]) => void): void;
  readonly isEnded: boolean;
  /** Somebody waits in `next`. */
  readonly hasWaiter: boolean;
  /** All that is queued, once it is flushed; undefined at the end. Rejects with what ended the queue. */
  next(): Promise<readonly ModelPart[] | undefined>;
}

/**
 * Adjacent deltas of one text are merged while they wait, for at most `coalesceMs`. Whatever is not more of
 * the text that was queued last is flushed at once, with all before it, and so is a delta that has become
 * long.
 */
export function createCoalescingQueue(coalesceMs: number): CoalescingQueue {
  let queued: ModelPart[] = [];
  /** The newest part, taken or not: more of its text may wait. */
  let newest: ModelPart | undefined;
  /** The newest report, taken last: some providers send one with every delta, and only the last counts. */
  let usage: ModelPart | undefined;
  let isFlushed = false;
  let ended: { failure?: unknown } | undefined;
  let cancelTimer: (() => void) | undefined;
  let waiter: PromiseWithResolvers<readonly ModelPart[] | undefined> | undefined;

  const isEmpty = (): boolean => queued.length === 0 && usage === undefined;

  function take(): readonly ModelPart[] | undefined {
    const taken = usage ? [...queued, usage] : queued;
    queued = [];
    usage = undefined;
    isFlushed = false;
    return taken.length === 0 ? undefined : taken;
  }

  function flush(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    isFlushed = true;
    if (!waiter) return;
    const { resolve, reject } = waiter;
    waiter = undefined;
    if (isEmpty() && ended && "failure" in ended) reject(ended.failure);
    else resolve(take());
  }

  function add(part: ModelPart): void {
    if (part.type === "usage") {
      usage = part;
      return;
    }
    if (usage && part.type === "finish") {
      queued.push(usage);
      usage = undefined;
    }
    const last = queued.at(-1);
    const merged = last && mergeParts(last, part);
    if (merged) queued[queued.length - 1] = merged;
    else queued.push(part);
    const isMore = merged !== undefined || (newest !== undefined && isSameText(newest, part));
    if (!isMore || partText(merged ?? part).length >= maxDeltaLength) isFlushed = true;
    newest = part;
  }

  function push(produce: (parts: ModelPart[]) => void): void {
    const produced: ModelPart[] = [];
    try {
      produce(produced);
    } catch (failure) {
      ended = { failure };
    }
    for (const part of produced) add(part);
    if (isFlushed || ended) flush();
    else if (!isEmpty()) cancelTimer ??= coalescedTimer(performance.now(), coalesceMs, flush);
  }

  return {
    push,
    end(produce) {
      if (ended) return;
      push((parts) => {
        produce(parts);
        ended = {};
      });
    },
    get isEnded() {
      return ended !== undefined;
    },
    get hasWaiter() {
      return waiter !== undefined;
    },
    async next() {
      if (isFlushed && !isEmpty()) return take();
      if (ended) {
        if ("failure" in ended) throw ended.failure;
        return undefined;
      }
      waiter = Promise.withResolvers();
      return waiter.promise;
    },
  };
}

const partText = (part: ModelPart): string => ("delta" in part ? part.delta : "");

/** Whether both are deltas of one text. */
function isSameText(one: ModelPart, next: ModelPart): boolean {
  switch (next.type) {
    case "text":
    case "reasoning":
    case "refusal":
      return one.type === next.type;
    case "tool-call-delta":
      return one.type === next.type && one.index === next.index;
    default:
      return false;
  }
}

const mergeParts = createDeltaMerge<ModelPart>({
  isSamePart: isSameText,
  textOf: partText,
  withText(part, delta, next) {
    switch (part.type) {
      case "text":
      case "reasoning":
      case "refusal":
        // As far as the later one says.
        return "cursor" in next && next.cursor !== undefined
          ? { type: part.type, delta, cursor: next.cursor }
          : { type: part.type, delta };
      case "tool-call-delta":
        return { type: part.type, index: part.index, delta };
      default:
        return part;
    }
  },
});

import type { ToolPart } from "../../protocol/message.ts";
import { hashOfJson } from "../../tools/call-hash.ts";
import type { ProducerContext } from "../producer.ts";

/**
 * The id of each call that code makes: by what it calls and with what, and by how often it has done so. So
 * code that is run again finds its calls, in whichever order it makes them.
 */
export function callKey(toolCallId: string): (name: string, input: unknown) => string {
  const counts = new Map<string, number>();
  return (name, input) => {
    const hash = hashOfJson([name, input ?? null]).slice(0, 8);
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    return `${toolCallId}_${hash}_${count}`;
  };
}

/** The results that the log has of what code called. */
export interface KeptResults {
  /** As the call came to it; rejects with its error. Undefined: the log has none. */
  resultOf(toolCallId: string): Promise<unknown> | undefined;
}

/** How long code may take between two calls before what it waits for is given in another order, ms. */
const otherOrderAfterMs = 500;

/**
 * Results are given in the order in which they came, so that code which takes the first of several takes the
 * same one again.
 */
export function createKeptResults(
  calls: readonly ToolPart[],
  clock: ProducerContext["clock"],
  signal: AbortSignal,
): KeptResults {
  const order = calls
    .filter(({ endedAt }) => endedAt !== undefined)
    .toSorted((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0));
  const asked = new Map<string, () => void>();
  let next = 0;
  let asks = 0;

  function give(): void {
    for (let call = order[next]; call && asked.has(call.toolCallId); call = order[next]) {
      next += 1;
      asked.get(call.toolCallId)?.();
      asked.delete(call.toolCallId);
    }
    if (asked.size > 0) void giveLater(asks);
  }

  /** Code that does not ask for the next one any more has gone another way. */
  async function giveLater(since: number): Promise<void> {
    await clock.sleep(otherOrderAfterMs, signal);
    if (asks !== since || asked.size === 0 || signal.aborted) return;
    next += 1;
    give();
  }

  return {
    resultOf(toolCallId) {
      const at = order.findIndex((each) => each.toolCallId === toolCallId);
      const call = order[at];
      if (!call) return undefined;
      asks += 1;
      const given = new Promise<void>((resolve) => {
        if (at < next) resolve();
        else asked.set(toolCallId, resolve);
      });
      give();
      return given.then(() => resultIn(call));
    },
  };
}

/** Throws what code is told of a call that failed. */
export function resultIn({ state, output, errorText, toolName }: ToolPart): unknown {
  if (state === "output-available") return output;
  throw new Error(errorText ?? `${toolName} gave no result`);
}

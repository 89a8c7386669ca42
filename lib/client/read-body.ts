import { decodeEvent } from "../protocol/decode-event.ts";
import type { Durability } from "../protocol/durability.ts";
import { fold, placeEvent } from "../protocol/fold.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { stepText } from "../protocol/step-text.ts";
import { textHash } from "../protocol/text-hash.ts";
import { createSseDecoder, type SseItem } from "../wire/sse-decoder.ts";
import type { ConnectionResult } from "./reader-rule.ts";

export interface BodyOptions {
  /** Each event that is applied. */
  onEvent?(event: RunEvent): void;
  /** The fold after the events of one chunk. */
  onState(state: RunState): void;
  onDurability(durability: Durability): void;
}

/** Reads the events of a stream and folds them, until it ends or one of them shows that it is no use. */
export async function readBody(
  options: BodyOptions,
  body: ReadableStream<Uint8Array>,
  from: RunState,
  touch: () => void,
): Promise<{ state: RunState; result: ConnectionResult }> {
  const decoder = createSseDecoder();
  const reader = body.getReader();
  let state = from;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { state, result: { type: "cut" } };
      touch();
      const applied = applyItems(options, state, decoder.push(value));
      if (applied.state !== state) options.onState(applied.state);
      state = applied.state;
      if (applied.fault) return { state, result: { type: applied.fault } };
      if (state.ending) return { state, result: { type: "run-ended" } };
    }
  } catch {
    return { state, result: { type: "cut" } };
  } finally {
    // The rest is not wanted, and a broken stream has no rest.
    void reader.cancel().catch(() => undefined);
  }
}

function applyItems(
  options: BodyOptions,
  from: RunState,
  items: readonly SseItem[],
): { state: RunState; fault?: "gap" | "snapshot-needed" } {
  let state = from;
  for (const item of items) {
    const durability = item.kind === "comment" ? durabilityByComment.get(item.text.trim()) : undefined;
    if (durability) options.onDurability(durability);
    if (item.kind !== "event") continue;
    const event = decodeEvent(item.data);
    const placement = placeEvent(state.seq, event);
    if (placement === "gap") return { state, fault: "gap" };
    if (placement === "apply" && isOtherText(state, event)) return { state, fault: "snapshot-needed" };
    if (placement === "apply") {
      state = fold(state, event);
      options.onEvent?.(event);
    }
    if (state.ending) break;
  }
  return { state };
}

/** Steps whose text was read anew already: what the server itself has is shown, whatever its hash. */
const readAnew = new Set<string>();

/** The deltas that came here do not add up to what the server had when the step ended. */
function isOtherText({ parts }: RunState, event: RunEvent): boolean {
  if (event.type !== "finish-step" || event.textHash === undefined) return false;
  if (textHash(stepText(parts, event.stepId)) === event.textHash || readAnew.has(event.stepId)) return false;
  readAnew.add(event.stepId);
  return true;
}

/** docs/protocol.md §2. A stream begins with a store that answers, and says what is not well. */
const durabilityByComment: ReadonlyMap<string, Durability> = new Map([
  ["open", "ok"],
  ["saved", "ok"],
  ["delayed", "delayed"],
  ["unsaved", "stopped"],
]);

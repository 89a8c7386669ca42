import { decodeEvent } from "../protocol/decode-event.ts";
import type { Durability } from "../protocol/durability.ts";
import { fold, placeEvent } from "../protocol/fold.ts";
import { heartbeatMs } from "../protocol/limits.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { stepText } from "../protocol/step-text.ts";
import { textHash } from "../protocol/text-hash.ts";
import { createSseDecoder, type SseItem } from "../wire/sse-decoder.ts";
import { readProblem } from "./problem.ts";
import { type ConnectionResult, judgeProblem } from "./reader-rule.ts";

/**
 * The connection to a run's log. `crowded`: it waits until another window of this browser has closed its
 * stream. `waiting` counts the attempts since it was lost; `isSilent`: it had no byte for 25 s.
 * `isRefused`: it is there, and the server gives no stream now.
 */
export type ConnectionState =
  | { type: "idle" | "connecting" | "live" | "crowded" }
  | { type: "waiting"; attempt: number; inMs: number; isSilent?: true; isRefused?: true };

export interface ConnectionOptions {
  /**
   * Starts the run, for one that the server has not acknowledged yet. Repeated under the same run id while no
   * answer comes. `asStream`: there is room for its stream, else the answer only says that it was started.
   */
  start?(signal: AbortSignal, asStream: boolean): Promise<Response>;
  /** Asks for everything after the cursor. */
  resume(state: RunState, signal: AbortSignal): Promise<Response>;
  onAcknowledged?(): void;
  /** Each event that is applied. */
  onEvent?(event: RunEvent): void;
  /** The fold after the events of one chunk. */
  onState(state: RunState): void;
  onConnection(connection: ConnectionState): void;
  onDurability(durability: Durability): void;
  signal: AbortSignal;
}

/** What came of one connection. */
export interface ConnectionEnd {
  state: RunState;
  result: ConnectionResult;
  /** The server has the run. */
  isAcknowledged: boolean;
}

/** A stream without a byte for this long is dead. */
const idleTimeoutMs = 2.5 * heartbeatMs;

/** How a connection is opened: by `start`, with or without room for its stream, or after the cursor. */
type ConnectionKind = "start" | "start-only" | "resume";

/** Opens one connection, and reads it to its end. Never throws. */
export async function readConnection(
  options: ConnectionOptions,
  from: RunState,
  kind: ConnectionKind,
): Promise<ConnectionEnd> {
  const watchdog = createWatchdog(options.signal);
  const end = await readUntilEnd(options, from, kind, watchdog);
  watchdog.close();
  if (end.result.type !== "cut" || !watchdog.hasExpired) return end;
  return { ...end, result: { type: "cut", isSilent: true } };
}

async function readUntilEnd(
  options: ConnectionOptions,
  from: RunState,
  kind: ConnectionKind,
  watchdog: Watchdog,
): Promise<ConnectionEnd> {
  const isStart = kind !== "resume";
  let isAcknowledged = !isStart;
  try {
    options.onConnection({ type: "connecting" });
    const { start, resume } = options;
    const { signal } = watchdog;
    const response = await (isStart && start ? start(signal, kind === "start") : resume(from, signal));
    const result = await judgeResponse(response, from, isStart);
    if (result) return { state: from, result, isAcknowledged };
    if (isStart) options.onAcknowledged?.();
    isAcknowledged = true;
    if (response.status === 202) return { state: from, result: { type: "started" }, isAcknowledged };
    options.onConnection({ type: "live" });
    if (!response.body) return { state: from, result: { type: "cut" }, isAcknowledged };
    return { ...(await readBody(options, response.body, from, watchdog.touch)), isAcknowledged };
  } catch {
    // The connection failed: that it did is all there is to know.
    return { state: from, result: { type: "cut" }, isAcknowledged };
  }
}

/** What an answer that is not the stream means; undefined: it is the stream. */
async function judgeResponse(
  response: Response,
  { ending }: RunState,
  isStart: boolean,
): Promise<ConnectionResult | undefined> {
  if (response.status === 204) return { type: ending ? "run-ended" : "snapshot-needed" };
  return response.ok ? undefined : judgeProblem(await readProblem(response), isStart);
}

async function readBody(
  options: ConnectionOptions,
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
  options: ConnectionOptions,
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

interface Watchdog {
  signal: AbortSignal;
  readonly hasExpired: boolean;
  touch(): void;
  close(): void;
}

/** A signal that aborts when the outer one does, or after 25 s without a `touch`. */
function createWatchdog(outer: AbortSignal): Watchdog {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let hasExpired = false;
  const expire = () => {
    hasExpired = true;
    abort();
  };
  let timer = setTimeout(expire, idleTimeoutMs);
  outer.addEventListener("abort", abort);
  if (outer.aborted) abort();
  return {
    signal: controller.signal,
    get hasExpired() {
      return hasExpired;
    },
    touch() {
      clearTimeout(timer);
      timer = setTimeout(expire, idleTimeoutMs);
    },
    close() {
      clearTimeout(timer);
      outer.removeEventListener("abort", abort);
    },
  };
}

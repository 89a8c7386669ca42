import { decodeEvent } from "../protocol/decode-event.ts";
import type { Durability } from "../protocol/durability.ts";
import { fold, placeEvent } from "../protocol/fold.ts";
import { heartbeatMs } from "../protocol/limits.ts";
import type { RunState } from "../protocol/run-state.ts";
import { createSseDecoder, type SseItem } from "../wire/sse-decoder.ts";
import type { Environment } from "./environment.ts";
import { noConnection, type Problem, readProblem } from "./problem.ts";

/** A stream without a byte for this long is dead. */
const silenceMs = 2.5 * heartbeatMs;
const backoff = { first: 250, most: 8000 };
/** How often a start that gets no answer is sent, under the same run id, before the person is told. */
const startAttempts = 4;

/** The connection to a run's log: `waiting` counts the attempts since it was lost. */
export type ConnectionState =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "waiting"; attempt: number; inMs: number };

export interface FollowOptions {
  environment: Environment;
  /** Where to go on: the fold so far. */
  state: RunState;
  /**
   * Starts the run, for one that the server has not acknowledged yet. Repeated under the same run id while no
   * answer comes.
   */
  start?(signal: AbortSignal): Promise<Response>;
  /** Asks for everything after the cursor. */
  resume(state: RunState, signal: AbortSignal): Promise<Response>;
  onAcknowledged?(): void;
  onState(state: RunState): void;
  onConnection(connection: ConnectionState): void;
  onDurability(durability: Durability): void;
  signal: AbortSignal;
}

/**
 * Why following ended. `ended`: the terminal event was seen. `snapshot`: the log cannot go on from this
 * cursor. `refused`: the server will not, or never answered the start; asking again would not help. `closed`:
 * the signal.
 */
export type FollowResult = Ended | Refused | { kind: "closed"; state: RunState };

interface Ended {
  kind: "ended" | "snapshot";
  state: RunState;
}

interface Refused {
  kind: "refused";
  state: RunState;
  problem: Problem;
}

type ConnectionResult =
  | Ended
  | Refused
  | { kind: "gap"; state: RunState }
  | { kind: "cut"; state: RunState; retryAfterMs?: number };

/**
 * Follows one run by the reader's rule (protocol §4) until its terminal event: applies each seq once, drops
 * repeats, asks again at a gap and after a cut, and never guesses. An end of file without a terminal event is
 * never success.
 */
export async function followLog(options: FollowOptions): Promise<FollowResult> {
  const { environment, signal } = options;
  const line = { acknowledged: options.start === undefined };
  let state = options.state;
  let attempt = 0;
  let gapAt: number | undefined;
  while (!signal.aborted) {
    const once = await readOnce(options, line, state);
    if (once.state.seq > state.seq) attempt = 0;
    state = once.state;
    if (once.kind === "gap") {
      // Once more from the server's log; if the same event is missing there too, the snapshot has it.
      if (gapAt === state.seq) return { kind: "snapshot", state };
      gapAt = state.seq;
      continue;
    }
    if (once.kind !== "cut") return once;
    if (!line.acknowledged && attempt >= startAttempts - 1)
      return { kind: "refused", state, problem: noConnection };
    const inMs = once.retryAfterMs ?? jitter(environment, attempt);
    attempt += 1;
    options.onConnection({ kind: "waiting", attempt, inMs });
    await environment.pause(inMs, signal);
  }
  return { kind: "closed", state };
}

const jitter = ({ random }: Environment, attempt: number): number =>
  random() * Math.min(backoff.most, backoff.first * 2 ** attempt);

async function readOnce(
  options: FollowOptions,
  line: { acknowledged: boolean },
  state: RunState,
): Promise<ConnectionResult> {
  const silence = watchSilence(options.signal);
  try {
    options.onConnection({ kind: "connecting" });
    const { start, resume } = options;
    const starts = start !== undefined && !line.acknowledged;
    const response = await (starts ? start(silence.signal) : resume(state, silence.signal));
    const refused = await judge(response, state, starts);
    if (refused) return refused;
    if (starts) options.onAcknowledged?.();
    line.acknowledged = true;
    options.onConnection({ kind: "live" });
    return response.body
      ? await readBody(options, response.body, state, silence.heard)
      : { kind: "cut", state };
  } catch {
    return { kind: "cut", state }; // The line failed: that it did is all there is to know.
  } finally {
    silence.close();
  }
}

/** What an answer that is not the stream means (protocol §4); undefined: it is the stream. */
async function judge(
  response: Response,
  state: RunState,
  starts: boolean,
): Promise<ConnectionResult | undefined> {
  if (response.status === 204) return { kind: state.ending ? "ended" : "snapshot", state };
  if (response.ok) return undefined;
  const problem = await readProblem(response);
  if (problem.code === "log_gone") return { kind: "snapshot", state };
  // A refused start is told at once: nothing is under way that would have to be waited for.
  const passes = problem.status === 429 || problem.status >= 500;
  if (starts || !passes) return { kind: "refused", state, problem };
  return {
    kind: "cut",
    state,
    ...(problem.retryAfterMs !== undefined && { retryAfterMs: problem.retryAfterMs }),
  };
}

async function readBody(
  options: FollowOptions,
  body: ReadableStream<Uint8Array>,
  from: RunState,
  heard: () => void,
): Promise<ConnectionResult> {
  const decoder = createSseDecoder();
  const reader = body.getReader();
  let state = from;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { kind: "cut", state };
      heard();
      const taken = takeAll(options, state, decoder.push(value));
      if (taken.state !== state) options.onState(taken.state);
      state = taken.state;
      if (taken.gap) return { kind: "gap", state };
      if (state.ending) return { kind: "ended", state };
    }
  } catch {
    return { kind: "cut", state };
  } finally {
    // The rest is not wanted, and a broken stream has no rest.
    void reader.cancel().catch(() => undefined);
  }
}

function takeAll(
  options: FollowOptions,
  from: RunState,
  items: readonly SseItem[],
): { state: RunState; gap: boolean } {
  let state = from;
  for (const item of items) {
    if (item.kind === "comment") hear(options, item.text.trim());
    if (item.kind !== "event") continue;
    const event = decodeEvent(item.data);
    const place = placeEvent(state.seq, event);
    if (place === "gap") return { state, gap: true };
    if (place === "apply") state = fold(state, event);
    if (state.ending) break;
  }
  return { state, gap: false };
}

function hear(options: FollowOptions, comment: string): void {
  if (comment === "delayed") options.onDurability("delayed");
  if (comment === "unsaved") options.onDurability("stopped");
  // A stream begins with a store that answers, and says what is not well.
  if (comment === "saved" || comment === "open") options.onDurability("ok");
}

/** A signal that aborts when the outer one does, or when nothing was heard for 25 s. */
function watchSilence(outer: AbortSignal): { signal: AbortSignal; heard(): void; close(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer = setTimeout(abort, silenceMs);
  outer.addEventListener("abort", abort);
  if (outer.aborted) abort();
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(abort, silenceMs);
    },
    close() {
      clearTimeout(timer);
      outer.removeEventListener("abort", abort);
    },
  };
}

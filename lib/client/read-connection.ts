import { heartbeatMs } from "../protocol/limits.ts";
import type { RunState } from "../protocol/run-state.ts";
import { readProblem } from "./problem.ts";
import type { BodyOptions } from "./read-body.ts";
import { type ConnectionResult, judgeProblem } from "./reader-rule.ts";

/**
 * The connection to a run's log. `crowded`: it waits until another window of this browser has closed its
 * stream. `waiting` counts the attempts since it was lost; `isSilent`: it had no byte for 25 s.
 * `isRefused`: it is there, and the server gives no stream now.
 */
export type ConnectionState =
  | { type: "idle" | "connecting" | "live" | "crowded" }
  | { type: "waiting"; attempt: number; inMs: number; isSilent?: true; isRefused?: true };

export interface ConnectionOptions extends BodyOptions {
  /**
   * Starts the run, for one that the server has not acknowledged yet. Repeated under the same run id while no
   * answer comes. `asStream`: there is room for its stream, else the answer only says that it was started.
   */
  start?(signal: AbortSignal, asStream: boolean): Promise<Response>;
  /** Asks for everything after the cursor. */
  resume(state: RunState, signal: AbortSignal): Promise<Response>;
  onAcknowledged?(): void;
  onConnection(connection: ConnectionState): void;
  signal: AbortSignal;
}

/** What came of one connection. */
export interface ConnectionEnd {
  state: RunState;
  result: ConnectionResult;
  /** The server has the run. */
  isAcknowledged: boolean;
}

/** What reads events and folds them: a page that shows no live answer does without. */
export const loadReader = () => import("./read-body.ts");

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
  // Beside the request. Where it cannot be loaded, the connection counts as cut.
  const loading = loadReader();
  loading.catch(() => undefined);
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
    const { readBody } = await loading;
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

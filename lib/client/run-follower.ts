import type { Durability } from "../protocol/durability.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { Environment } from "./environment.ts";
import { type ConnectionState, type FollowResult, followLog } from "./follow-log.ts";
import { getEvents } from "./requests.ts";

export interface RunFollowerOptions {
  environment: Environment;
  onState(state: RunState): void;
  /** The line, how saving goes or `reconnectedAfterMs` changed. */
  onLine(): void;
  onEnd(followed: Exclude<FollowResult, { kind: "closed" }>): void;
}

/** Follows one run at a time, over any number of connections. */
export interface RunFollower {
  readonly line: ConnectionState | { kind: "idle" };
  readonly saving: Durability;
  /** How long the line was away, once it came back; of the run that is followed. */
  readonly reconnectedAfterMs: number | undefined;
  readonly runId: string | undefined;
  /** `start` sends the request of a run that the server has not acknowledged. */
  follow(
    state: RunState,
    start?: { send(signal: AbortSignal): Promise<Response>; onAcknowledged(): void },
  ): void;
  /** Lets the stream go; `follow` goes on from the state reached. */
  leave(): void;
}

export function createRunFollower(options: RunFollowerOptions): RunFollower {
  const { environment } = options;
  let current: { runId: string; abort: AbortController } | undefined;
  let line: ConnectionState | { kind: "idle" } = { kind: "idle" };
  let saving: Durability = "ok";
  let lostAt: number | undefined;
  let reconnectedAfterMs: number | undefined;

  const follow: RunFollower["follow"] = (state, start) => {
    leave();
    const abort = new AbortController();
    const mine = { runId: state.runId, abort };
    current = mine;
    reconnectedAfterMs = undefined;
    const followed = followLog({
      environment,
      state,
      signal: abort.signal,
      ...(start && { start: start.send, onAcknowledged: start.onAcknowledged }),
      resume: (at, signal) => getEvents(environment, at, signal),
      onState: (next) => current === mine && options.onState(next),
      onConnection: (next) => current === mine && seeLine(next),
      onDurability(next) {
        if (current !== mine || saving === next) return;
        saving = next;
        options.onLine();
      },
    });
    void followed.then((end) => {
      if (current !== mine || end.kind === "closed") return;
      leave();
      options.onEnd(end);
    });
  };

  function seeLine(next: ConnectionState): void {
    if (next.kind === "waiting") lostAt ??= environment.now();
    if (next.kind === "live" && lostAt !== undefined) {
      reconnectedAfterMs = environment.now() - lostAt;
      lostAt = undefined;
    }
    // While it was lost, the word "waiting" stands until it is back.
    if (next.kind === "connecting" && lostAt !== undefined) return;
    line = next;
    options.onLine();
  }

  function leave(): void {
    current?.abort.abort();
    current = undefined;
    line = { kind: "idle" };
    saving = "ok";
    lostAt = undefined;
  }

  return {
    get line() {
      return line;
    },
    get saving() {
      return saving;
    },
    get reconnectedAfterMs() {
      return reconnectedAfterMs;
    },
    get runId() {
      return current?.runId;
    },
    follow,
    leave,
  };
}

import type { RunState } from "../../protocol/run-state.ts";
import type { ClientEnvironment } from "../environment.ts";
import { followLog } from "../follow-log.ts";
import type { ConnectionOptions } from "../read-connection.ts";
import { getEvents, hasRun } from "../requests.ts";
import type { ConversationAction } from "./conversation-action.ts";

export interface RunFollower {
  /** Ends following the run before. `start`: posts a run that the server has not acknowledged yet. */
  follow(run: RunState, start?: ConnectionOptions["start"]): void;
  /** Closes the stream. */
  unfollow(): void;
  /** The followed run was read so far elsewhere, so the server has it: the next connection begins there. */
  advance(run: RunState): void;
  /** The run as far as it was read; undefined if nothing was read since the last call. */
  takeRead(): RunState | undefined;
}

/**
 * Follows one run at a time and dispatches what comes of it. Events are folded as they arrive and dispatched
 * once a frame: `onRead` requests the call of `takeRead` that fetches them.
 */
export function createRunFollower(options: {
  environment: ClientEnvironment;
  dispatch(action: ConversationAction): void;
  onRead(): void;
  /** A run is not followed any more, for there is nothing to follow. */
  onEnd(): void;
}): RunFollower {
  const { environment } = options;
  let current: AbortController | undefined;
  let read: RunState | undefined;
  let known: RunState | undefined;

  function unfollow(): void {
    current?.abort();
    current = undefined;
    read = undefined;
    known = undefined;
  }

  async function follow(run: RunState, start: ConnectionOptions["start"]): Promise<void> {
    unfollow();
    const { signal } = (current = new AbortController());
    const dispatch = (action: ConversationAction) => signal.aborted || options.dispatch(action);
    const end = await followLog({
      environment,
      state: run,
      signal,
      ...(start && { start }),
      resume: (state, aborted) => getEvents(environment, state, aborted),
      known: () => known,
      isKnown: () => hasRun(environment, run.runId),
      onAcknowledged: () => dispatch({ type: "acknowledged", runId: run.runId }),
      onState(state) {
        if (signal.aborted) return;
        read = state;
        options.onRead();
      },
      onConnection: (connection) =>
        dispatch({ type: "connection-changed", connection, at: environment.now() }),
      onDurability: (durability) => dispatch({ type: "durability-changed", durability }),
    });
    if (signal.aborted || end.type === "closed") return;
    unfollow();
    options.onEnd();
    options.dispatch(end);
  }

  return {
    follow: (run, start) => void follow(run, start),
    unfollow,
    advance: (run) => void (known = run),
    takeRead() {
      const taken = read;
      read = undefined;
      return taken;
    },
  };
}

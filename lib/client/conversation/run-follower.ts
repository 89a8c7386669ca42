import type { RunState } from "../../protocol/run-state.ts";
import type { ClientEnvironment } from "../environment.ts";
import { followLog } from "../follow-log.ts";
import { getEvents } from "../requests.ts";
import type { ConversationAction } from "./conversation-action.ts";

export interface RunFollower {
  /** Leaves the run before, if any. `start` posts the run that the server has not acknowledged yet. */
  follow(run: RunState, start?: (signal: AbortSignal) => Promise<Response>): void;
  /** Lets the stream go. */
  unfollow(): void;
  /** The followed run as far as it was read, if it has grown since the last call. */
  takeRead(): RunState | undefined;
}

/**
 * Follows one run at a time and dispatches what comes of it. Events are only noted as they come, so that a
 * delta costs no action: `onRead` asks for a `takeRead` at the next frame.
 */
export function createRunFollower(options: {
  environment: ClientEnvironment;
  dispatch(action: ConversationAction): void;
  onRead(): void;
}): RunFollower {
  const { environment } = options;
  let current: AbortController | undefined;
  let read: RunState | undefined;

  function unfollow(): void {
    current?.abort();
    current = undefined;
    read = undefined;
  }

  async function follow(run: RunState, start?: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    unfollow();
    const { signal } = (current = new AbortController());
    const dispatch = (action: ConversationAction) => signal.aborted || options.dispatch(action);
    const end = await followLog({
      environment,
      state: run,
      signal,
      ...(start && { start }),
      resume: (state, aborted) => getEvents(environment, state, aborted),
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
    options.dispatch(end);
  }

  return {
    follow: (run, start) => void follow(run, start),
    unfollow,
    takeRead() {
      const taken = read;
      read = undefined;
      return taken;
    },
  };
}

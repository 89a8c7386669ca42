import { emptyRun } from "../../protocol/run-state.ts";
import type { ClientEnvironment } from "../environment.ts";
import { createPageDriver } from "../page-driver.ts";
import { getConversation, patchShown, postRun, postStop } from "../requests.ts";
import type { ConversationAction } from "./conversation-action.ts";
import type { ConversationEffect, ConversationTimer } from "./conversation-effect.ts";
import { keepChoosing } from "./kept-choices.ts";
import { keepModel } from "./kept-models.ts";
import { createRunFollower } from "./run-follower.ts";
import { firstCheckMs, pollMs } from "./stream-check.ts";

export interface ConversationDriverOptions {
  environment: ClientEnvironment;
  id: string;
  /** Where it is kept what the server was not told yet; absent: it is told as long as the page lives. */
  storage?(): Storage;
  /** A question is durable on the server: its draft can be deleted. */
  onAcknowledged?(runId: string): void;
  /** The conversation's entry in the list has changed. */
  onListChange?(): void;
}

export interface ConversationDriver {
  run(effect: ConversationEffect): void;
  /** Dispatches the events that were read since the last call. */
  flush(): void;
}

/**
 * Runs the effects of a conversation and dispatches what comes of them. `onRead`: call `flush` at the next
 * frame.
 */
export function createConversationDriver(
  options: ConversationDriverOptions,
  dispatch: (action: ConversationAction) => void,
  onRead: () => void,
): ConversationDriver {
  const { environment, id } = options;
  const page = createPageDriver<ConversationTimer>(environment, dispatch);
  const follower = createRunFollower({ environment, dispatch, onRead, onEnd: clearCheck });
  /** How long the last snapshot took, ms: a long conversation is not read all the time. */
  let snapshotMs = 0;

  async function getSnapshot(settledRuns: number): Promise<void> {
    const askedAt = environment.now();
    const result = await getConversation(environment, id);
    snapshotMs = environment.now() - askedAt;
    if ("value" in result) dispatch({ type: "snapshot-arrived", view: result.value, settledRuns });
    else dispatch({ type: "snapshot-failed", problem: result.problem });
  }

  function setCheck(ms: number): void {
    // Whoever waits for a stop is not kept waiting.
    const slowMs = ms < pollMs ? 0 : 2 * snapshotMs;
    page({ type: "set-timer", timer: "check", ms: Math.max(ms, slowMs) });
  }
  function clearCheck(): void {
    page({ type: "clear-timer", timer: "check" });
  }

  async function askToStop(runId: string): Promise<void> {
    const response = await postStop(environment, runId).catch(() => undefined);
    // A browser that was logged out cannot stop it.
    const isTaken = response !== undefined && (response.ok || response.status === 401);
    dispatch({ type: "stop-answered", runId, isTaken });
  }

  async function sendChoice(messageId: string): Promise<void> {
    const isSettled = await patchShown(environment, id, messageId);
    dispatch({ type: "choice-answered", messageId, isSettled });
  }

  function run(effect: ConversationEffect): void {
    switch (effect.type) {
      case "post-run":
        setCheck(firstCheckMs);
        return follower.follow(emptyRun(effect.body.runId), (signal, asStream) =>
          postRun(environment, id, effect.body, { signal, asStream }),
        );
      case "follow-run":
        setCheck(firstCheckMs);
        return follower.follow(effect.run);
      case "unfollow":
        clearCheck();
        return follower.unfollow();
      case "advance-run":
        return follower.advance(effect.run);
      case "get-snapshot":
        return void getSnapshot(effect.settledRuns);
      case "post-stop":
        return void askToStop(effect.runId);
      case "set-timer":
        return effect.timer === "check" ? setCheck(effect.ms) : page(effect);
      case "clear-timer":
      case "watch-presence":
      case "unwatch-presence":
        return page(effect);
      case "post-choice":
        return void sendChoice(effect.messageId);
      case "keep-choosing":
        return options.storage && keepChoosing(options.storage, id, effect.choosing);
      case "keep-model":
        return options.storage && keepModel(options.storage, id, effect.model);
      case "notify-acknowledged":
        return options.onAcknowledged?.(effect.runId);
      case "notify-list-change":
        return options.onListChange?.();
      default:
        return effect satisfies never;
    }
  }

  return {
    run,
    flush() {
      const read = follower.takeRead();
      if (read) dispatch({ type: "events-applied", run: read });
    },
  };
}

import type { ConversationView } from "../../protocol/conversation-view.ts";
import { createPacedView } from "../paced-view.ts";
import { createStore } from "../store.ts";
import type { ConversationAction } from "./conversation-action.ts";
import { type ConversationDriverOptions, createConversationDriver } from "./conversation-driver.ts";
import { type ConversationState, initialConversation } from "./conversation-state.ts";
import { conversationTransition } from "./conversation-transition.ts";
import { readChoosing } from "./kept-choices.ts";
import { readModels } from "./kept-models.ts";
import { textOfPending } from "./pending-message.ts";
import { type ShownConversation, showConversation } from "./shown-conversation.ts";

/**
 * One conversation in the browser: follows its live run, sends, stops, and learns of runs started elsewhere.
 */
export interface LiveConversation {
  getState(): ShownConversation;
  subscribe(changed: () => void): () => void;
  /**
   * Asks a question, under a new run id unless it has one already; has no effect while the conversation is
   * busy. `under`: the answer that it is asked under, null for none, as a branch; while an answer is written
   * that waits for its end. Returns the run's id.
   */
  send(text: string, runId?: string, under?: string | null): string | undefined;
  /** Has the last question answered again. */
  retry(): void;
  /** Has the last answer continued from what was kept of it. */
  continueAnswer(): void;
  /** Has the last answer continued with one of its calls, made once more. */
  retryCall(toolCallId: string): void;
  /** Shows another version of a question or an answer. It is what the next question is asked behind. */
  show(messageId: string): void;
  /** Takes an Again back: the answer before it is shown. */
  undo(): void;
  /** Sends the unsent message again, under the same run id; `where`: as the action has it. */
  resend(where?: "here" | "branch"): void;
  /** Asks that model from now on. */
  chooseModel(model: string): void;
  /** Asks that agent from now on. */
  chooseAgent(agent: string): void;
  /** Drops the unsent message, or the one that waits. Returns its text, so that it can be edited. */
  discard(): string;
  stop(): void;
  /** Connects at once, without waiting for the backoff. */
  reconnect(): void;
  /** Gets a new snapshot. */
  refresh(): void;
  /** Starts to follow the live run and to look for runs started elsewhere. Only to be called in a browser. */
  open(): void;
  /** Closes the stream, once a message that is being sent is acknowledged. Keeps the state. */
  close(): void;
}

export interface LiveConversationOptions extends ConversationDriverOptions {
  /** What the server rendered; absent for one that is to be loaded; null for a new conversation. */
  view?: ConversationView | null;
}

/** Everything that it shows is durable on the server, except what is pending. */
export function createLiveConversation(options: LiveConversationOptions): LiveConversation {
  const { environment, id } = options;
  const machine = createStore(conversationTransition, initialConversation(id, options.view), (effect) =>
    driver.run(effect),
  );
  const driver = createConversationDriver(options, dispatch, () => view.publishSoon());
  const view = createPacedView<ConversationState, ShownConversation>({
    read() {
      driver.flush();
      return machine.getState();
    },
    show: (state, before) => showConversation(state, before?.turns ?? []),
    frame: environment.frame,
  });
  machine.subscribe(view.publishSoon);

  function dispatch(action: ConversationAction): void {
    driver.flush();
    machine.dispatch(action);
  }

  /** What a person does is shown at once, not at the next frame. */
  function act(action: ConversationAction): void {
    dispatch(action);
    view.publish();
  }

  const askAgain = (how: "retry" | "continue", given: { call?: string } = {}) =>
    act({ type: "asked-again", how, ...given, runId: environment.newId(), at: Date.now() });

  return {
    getState: view.getState,
    subscribe: view.subscribe,
    send(text, runId = environment.newId(), under) {
      act({ type: "sent", runId, text, at: Date.now(), ...(under !== undefined && { under }) });
      const { pending, queued } = machine.getState();
      return [pending?.runId, queued?.runId].includes(runId) ? runId : undefined;
    },
    retry: () => askAgain("retry"),
    continueAnswer: () => askAgain("continue"),
    retryCall: (call) => askAgain("continue", { call }),
    show: (messageId) => act({ type: "version-chosen", messageId }),
    undo: () => act({ type: "undone" }),
    resend: (where) => act({ type: "resent", ...(where && { where }) }),
    chooseModel: (model) => act({ type: "model-chosen", model }),
    chooseAgent: (agent) => act({ type: "agent-chosen", agent }),
    discard() {
      const { pending, queued } = machine.getState();
      act({ type: "discarded" });
      const dropped = pending?.state === "not-sent" ? pending : queued;
      return dropped ? (textOfPending(dropped) ?? "") : "";
    },
    stop: () => act({ type: "stop-requested" }),
    reconnect: () => dispatch({ type: "reconnect-requested" }),
    refresh: () => dispatch({ type: "refresh-requested" }),
    open: () =>
      act({
        type: "opened",
        isVisible: environment.isVisible(),
        ...(options.storage && {
          choosing: readChoosing(options.storage, id),
          models: readModels(options.storage, id),
        }),
      }),
    close: () => dispatch({ type: "closed" }),
  };
}

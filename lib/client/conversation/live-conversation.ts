import type { ConversationView } from "../../protocol/conversation-view.ts";
import { createPacedView } from "../paced-view.ts";
import { createStore } from "../store.ts";
import type { ConversationAction } from "./conversation-action.ts";
import { type ConversationDriverOptions, createConversationDriver } from "./conversation-driver.ts";
import { type ConversationState, initialConversation } from "./conversation-state.ts";
import { conversationTransition } from "./conversation-transition.ts";
import { readChoices } from "./kept-choices.ts";
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
   * busy. Returns the run's id.
   */
  send(text: string, runId?: string): string | undefined;
  /** Has the last question answered again. */
  retry(): void;
  /** Has the last answer continued from what was kept of it. */
  continueAnswer(): void;
  /** Has the last answer continued with one of its calls, made once more. */
  retryCall(toolCallId: string): void;
  /** Shows another answer to a question. It is what the next question is asked under. */
  show(answerId: string): void;
  /** Takes an Again back: the answer before it is shown. */
  undo(): void;
  /** Sends the unsent message again, under the same run id. */
  resend(): void;
  /** Asks that model from now on. */
  chooseModel(model: string): void;
  /** Asks that agent from now on. */
  chooseAgent(agent: string): void;
  /** Drops the unsent message. Returns its text, so that it can be edited. */
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
    send(text, runId = environment.newId()) {
      act({ type: "sent", runId, text, at: Date.now() });
      const { pending, queued } = machine.getState();
      return [pending?.runId, queued?.runId].includes(runId) ? runId : undefined;
    },
    retry: () => askAgain("retry"),
    continueAnswer: () => askAgain("continue"),
    retryCall: (call) => askAgain("continue", { call }),
    show: (answerId) => act({ type: "answer-chosen", answerId }),
    undo: () => act({ type: "undone" }),
    resend: () => act({ type: "resent" }),
    chooseModel: (model) => act({ type: "model-chosen", model }),
    chooseAgent: (agent) => act({ type: "agent-chosen", agent }),
    discard() {
      const { pending } = machine.getState();
      act({ type: "discarded" });
      return pending?.state === "not-sent" ? (textOfPending(pending) ?? "") : "";
    },
    stop: () => act({ type: "stop-requested" }),
    reconnect: () => dispatch({ type: "reconnect-requested" }),
    refresh: () => dispatch({ type: "refresh-requested" }),
    open: () =>
      act({
        type: "opened",
        isVisible: environment.isVisible(),
        ...(options.storage && {
          choices: readChoices(options.storage, id),
          models: readModels(options.storage, id),
        }),
      }),
    close: () => dispatch({ type: "closed" }),
  };
}

"use client";

import { createContext, type ReactElement, type ReactNode, use, useMemo } from "react";
import type { Durability } from "#lib/protocol/durability.ts";
import type { AssistantMessage, Message, UserMessage } from "#lib/protocol/message.ts";

/** What a person can do with the turns of a conversation, mostly with the newest. */
export interface TurnActions {
  /** Has the question answered again. */
  again(): void;
  /** Has the answer continued from what was kept of it. */
  continue(): void;
  /** Has the answer continued with one of its calls, made once more. */
  retryCall(toolCallId: string): void;
  /** Shows another version of a question or an answer. */
  show(messageId: string): void;
  /** Begins another version of a question, in the composer. */
  editQuestion(question: UserMessage): void;
  /** What is asked next goes on from that answer. */
  continueFrom(answer: AssistantMessage): void;
  /** Takes an Again back. */
  undo(): void;
  /** Where others were before: behind all that is shown by now, or as a branch where it was meant to be. */
  resend(where?: "here" | "branch"): void;
  /** Puts the unsent message, or the one that waits, back into the composer. */
  edit(): void;
  /** Puts the newest question into the composer once more, to be asked in other words. */
  reuse(): void;
  /** Drops the unsent message. */
  discard(): void;
  /** The session has ended: starts a new one with what was not sent. */
  renew(): void;
  /** Opens the models, to have another one asked. */
  chooseModel(): void;
  refresh(): void;
  reconnect(): void;
  /** Stops what is being written. */
  stop(): void;
}

/** The same object for as long as a conversation is shown, so that turns do not render because of it. */
interface ConversationContextValue {
  id: string;
  actions: TurnActions;
  /** The model that answers, unless a run says another. */
  model: string;
}

/** What is to be said of the connection to the live run. */
export interface ConnectionNotice {
  /** Set once the connection has been lost long enough to be mentioned. */
  lostAttempt: number | undefined;
  /** The server is there, and gives no stream now. */
  isRefused: boolean;
  /** How long it was lost, ms; set once it is live again. */
  backAfterMs: number | undefined;
  durability: Durability;
  /** Why the text comes in steps; undefined: it does not. */
  steps: "held-back" | "crowded" | undefined;
}

/** Of the newest turn; changes while it is shown, so only what belongs to that turn may use it. */
interface NewestTurnContextValue {
  notice: ConnectionNotice | undefined;
  /** Its answer was requested in another tab. */
  isElsewhere: boolean;
  /** All messages, those that are not shown too; undefined while an answer is written. */
  messages: readonly Message[] | undefined;
}

const ConversationContext = createContext<ConversationContextValue | null>(null);
/** The address of how an answer was made. */
const InspectedContext = createContext<string | undefined>(undefined);
const NewestTurnContext = createContext<NewestTurnContextValue>({
  notice: undefined,
  isElsewhere: false,
  messages: undefined,
});

/** What the parts of a conversation's page have in common. */
export function ConversationProvider(
  props: ConversationContextValue & NewestTurnContextValue & { children: ReactNode },
): ReactElement {
  const { id, actions, model, notice, isElsewhere, messages, children } = props;
  const conversation = useMemo(() => ({ id, actions, model }), [id, actions, model]);
  const newestTurn = useMemo(() => ({ notice, isElsewhere, messages }), [notice, isElsewhere, messages]);
  return (
    <ConversationContext value={conversation}>
      <NewestTurnContext value={newestTurn}>{children}</NewestTurnContext>
    </ConversationContext>
  );
}

export function useConversation(): ConversationContextValue {
  const conversation = use(ConversationContext);
  if (!conversation) throw new Error("no provider");
  return conversation;
}

export const InspectedProvider = InspectedContext.Provider;

/** Of the answer that a component is in; undefined: it is in none. */
export const useInspected = (): string | undefined => use(InspectedContext);

export const useNewestTurn = (): NewestTurnContextValue => use(NewestTurnContext);

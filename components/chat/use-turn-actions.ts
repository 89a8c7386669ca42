import { type RefObject, useMemo } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import type { ComposerControl } from "../composer/use-composer.ts";
import { useChat } from "../providers/chat-provider.tsx";
import type { TurnActions } from "../providers/conversation-provider.tsx";
import { startOver } from "./start-over.ts";
import type { BranchControl } from "./use-branch.ts";

interface TurnActionsOptions {
  composer: RefObject<ComposerControl | null>;
  modelButton: RefObject<HTMLButtonElement | null>;
  draftKey: string;
  begin: BranchControl["begin"];
  /** A turn is answered anew. */
  onAsked(turn: { key: string }): void;
}

/** What a person can do with the turns of a conversation. */
export function useTurnActions(
  conversation: LiveConversation,
  { composer, modelButton, draftKey, begin, onAsked }: TurnActionsOptions,
): TurnActions {
  const { drafts } = useChat();
  return useMemo(
    () => ({
      again() {
        const last = conversation.getState().turns.at(-1);
        conversation.retry();
        if (last) onAsked({ key: last.key });
      },
      continue: conversation.continueAnswer,
      retryCall: conversation.retryCall,
      show: conversation.show,
      editQuestion: ({ parentId, text }) => begin({ type: "edit", under: parentId, text }, text),
      continueFrom: ({ id, parts }) => begin({ type: "from", under: id, text: answerText(parts) }),
      undo: conversation.undo,
      resend: conversation.resend,
      edit() {
        const { runId, intent } = conversation.getState().turns.at(-1)?.pending ?? {};
        const text = conversation.discard();
        if (intent?.type !== "message" || intent.under === undefined)
          return composer.current?.giveBack(text, runId);
        begin({ type: "edit", under: intent.under, text }, text);
        if (runId !== undefined) drafts.sent(runId);
      },
      reuse: () => composer.current?.fill(conversation.getState().turns.at(-1)?.text ?? ""),
      discard: () => void conversation.discard(),
      renew() {
        composer.current?.keep();
        const runId = conversation.getState().turns.at(-1)?.pending?.runId;
        startOver(drafts, draftKey, conversation.discard(), runId);
      },
      chooseModel: () => modelButton.current?.click(),
      refresh: conversation.refresh,
      reconnect: conversation.reconnect,
      stop: conversation.stop,
    }),
    [conversation, composer, modelButton, drafts, draftKey, begin, onAsked],
  );
}

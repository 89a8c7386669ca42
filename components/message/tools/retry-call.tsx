"use client";

import type { ReactElement } from "react";
import { isRetriable } from "#lib/protocol/is-retriable.ts";
import type { AssistantMessage, ToolPart } from "#lib/protocol/message.ts";
import { useConversation, useNewestTurn } from "../../providers/conversation-provider.tsx";
import { useTranslate } from "../../ui/i18n-provider.tsx";

/** A call that failed and only reads can be made once more, and the answer goes on with what it gives. */
export function RetryCall({ call, runId }: { call: ToolPart; runId: string }): ReactElement | null {
  const t = useTranslate();
  const { actions } = useConversation();
  const { messages } = useNewestTurn();
  const answer = messages?.find(
    (each): each is AssistantMessage => each.role === "assistant" && each.runId === runId,
  );
  if (!answer || !isRetriable(answer, call.toolCallId)) return null;
  // What was asked under it knows it as it is.
  if (messages?.some(({ parentId }) => parentId === answer.id)) return null;
  return (
    <div className="actions">
      <button type="button" className="btn line" onClick={() => actions.retryCall(call.toolCallId)}>
        {t("action.retry")}
      </button>
    </div>
  );
}

"use client";

import type { ReactElement } from "react";
import type { Intent } from "#lib/client/conversation/pending-message.ts";
import type { Problem } from "#lib/client/problem.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { useConversation } from "../providers/conversation-provider.tsx";
import { CopyAction } from "../ui/copy-action.tsx";
import { formatSeconds, grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { keepsCookies } from "../ui/keeps-cookies.ts";
import { Tick } from "../ui/tick.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { problemKey } from "./error-key.ts";
import { useBroughtToEnd } from "./use-brought-to-end.ts";

interface NotSentRowProps {
  problem: Problem;
  /** A question can be edited; anything else is given up for the earlier answer. */
  intent: Intent["type"];
  /** Of a question: the message that it was to be asked under, where others were before it. */
  meant?: string | null | undefined;
}

/** A question that the server has not taken: why, and what can be done. */
export function NotSentRow(props: NotSentRowProps): ReactElement {
  const { problem, intent, meant } = props;
  const t = useTranslate();
  const { actions } = useConversation();
  const { maxMessageLength } = useChat();
  const code = shownCodeOf(problem);
  const { requestId, retryAfterMs: waitMs = 0 } = problem;
  const left = Math.max(0, waitMs - (useElapsed(0, waitMs > 0) ?? 0));
  // The same would be refused again: what was asked for is not the last answer, or is complete.
  const isOver = intent !== "message" && (code === "stale_parent" || code === "run_complete");
  // Others were before it: they are shown above, and the person says where it goes (U76).
  const isBefore = intent === "message" && meant !== undefined;
  const elsewhere = code === "conversation_busy" || code === "stale_parent";
  return (
    <div className="row ending">
      <Tick name="error" tone="bad" />
      <div className="end">
        <p className="why err" role="alert">
          {isBefore ? t("branch.before") : t(problemKey(code), { max: grouped(maxMessageLength) })}
        </p>
        {requestId !== undefined && <p className="facts">{t("error.request", { id: requestId })}</p>}
        <div className="actions">
          {elsewhere && !isBefore && (
            <button type="button" className="btn line" onClick={actions.refresh}>
              {t("action.show")}
            </button>
          )}
          {isBefore && <WhereToSend />}
          {isOver || isBefore ? null : code === "no_session" ? (
            <button type="button" className="btn line" onClick={actions.renew}>
              {t("action.reload")}
            </button>
          ) : (
            <button type="button" className="btn line" disabled={left > 0} onClick={() => actions.resend()}>
              <Icon name="again" />
              {left > 0
                ? t("action.retry.in", { time: formatSeconds(t, Math.ceil(left / 1000) * 1000) })
                : t("action.retry")}
            </button>
          )}
          {intent === "message" && (
            <button type="button" className="btn line" onClick={actions.edit}>
              <Icon name="edit" />
              {t("action.edit")}
            </button>
          )}
          {requestId !== undefined && <CopyAction label={t("action.copy.id")} read={() => requestId} />}
          {intent !== "message" && (
            <button type="button" className="btn" onClick={actions.discard}>
              {t("index.close")}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

function WhereToSend(): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  useBroughtToEnd();
  return (
    <>
      <button type="button" className="btn fill" onClick={() => actions.resend("here")}>
        {t("branch.here")}
      </button>
      <button type="button" className="btn line" onClick={() => actions.resend("branch")}>
        {t("branch.as-branch")}
      </button>
    </>
  );
}

/** A browser that takes no cookie has not lost its session: it never had one, and a reload brings none. */
function shownCodeOf({ code, field }: Problem): Problem["code"] {
  if (code === "bad_field" && field === "model") return "unknown_model";
  return code === "no_session" && !keepsCookies() ? "no_cookies" : code;
}

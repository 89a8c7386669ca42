"use client";

import type { ReactElement } from "react";
import type { Problem } from "#lib/client/problem.ts";
import { seconds } from "../ui/format-amount.ts";
import { Icon } from "../ui/icon.tsx";
import { Tick } from "../ui/tick.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { useWords } from "../ui/words-provider.tsx";
import { problemKey } from "./error-key.ts";

interface NotSentRowProps {
  problem: Problem | undefined;
  /** It goes out by itself once there is a network again. */
  isQueued: boolean;
  onRetry(): void;
  /** Takes the question back to the composer; absent where there is none to edit. */
  onEdit?: (() => void) | undefined;
  /** Gives a retry up and shows the earlier answer. */
  onClose?: (() => void) | undefined;
  onShow(): void;
  onRenew(): void;
}

/** A question that the server has not taken: why, and what can be done. */
export function NotSentRow(props: NotSentRowProps): ReactElement {
  const { problem, isQueued, onRetry, onEdit, onClose, onShow, onRenew } = props;
  const t = useWords();
  const code = problem?.code ?? "unexpected";
  const waitMs = problem?.retryAfterMs ?? 0;
  const left = Math.max(0, waitMs - (useElapsed(0, waitMs > 0) ?? 0));
  const elsewhere = code === "conversation_busy" || code === "stale_parent";
  return (
    <div className="row ending">
      <Tick name={isQueued ? "gap" : "error"} tone={isQueued ? "cut" : "bad"} />
      <div className="end">
        {isQueued ? (
          <p className="why run">{t("problem.queued.why")}</p>
        ) : (
          <p className="why err" role="alert">
            {t(problemKey(code))}
          </p>
        )}
        {problem?.requestId !== undefined && (
          <p className="facts">{t("error.request", { id: problem.requestId })}</p>
        )}
        <div className="actions">
          {elsewhere && (
            <button type="button" className="btn line" onClick={onShow}>
              {t("action.show")}
            </button>
          )}
          {isQueued ? null : code === "no_session" ? (
            <button type="button" className="btn line" onClick={onRenew}>
              {t("action.reload")}
            </button>
          ) : (
            <button type="button" className="btn line" disabled={left > 0} onClick={onRetry}>
              <Icon name="again" />
              {left > 0 ? t("action.retry.in", { time: seconds(t, left) }) : t("action.retry")}
            </button>
          )}
          {onEdit && (
            <button type="button" className="btn line" onClick={onEdit}>
              <Icon name="edit" />
              {t("action.edit")}
            </button>
          )}
          {onClose && (
            <button type="button" className="btn" onClick={onClose}>
              {t("index.close")}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

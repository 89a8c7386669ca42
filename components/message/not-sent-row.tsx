"use client";

import type { ReactElement } from "react";
import type { Problem } from "#lib/client/problem.ts";
import { maxMessageLength } from "#lib/protocol/limits.ts";
import { CopyAction } from "../ui/copy-action.tsx";
import { grouped, seconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { keepsCookies } from "../ui/keeps-cookies.ts";
import { Tick } from "../ui/tick.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
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
  const t = useTranslate();
  const code = codeOf(problem);
  const requestId = problem?.requestId;
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
            {t(problemKey(code), { max: grouped(maxMessageLength) })}
          </p>
        )}
        {requestId !== undefined && <p className="facts">{t("error.request", { id: requestId })}</p>}
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
              {left > 0
                ? t("action.retry.in", { time: seconds(t, Math.ceil(left / 1000) * 1000) })
                : t("action.retry")}
            </button>
          )}
          {onEdit && (
            <button type="button" className="btn line" onClick={onEdit}>
              <Icon name="edit" />
              {t("action.edit")}
            </button>
          )}
          {requestId !== undefined && <CopyAction label={t("action.copy.id")} read={() => requestId} />}
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

/** A browser that takes no cookie has not lost its session: it never had one, and a reload brings none. */
function codeOf(problem: Problem | undefined): Problem["code"] {
  const code = problem?.code ?? "unexpected";
  return code === "no_session" && !keepsCookies() ? "no_cookies" : code;
}

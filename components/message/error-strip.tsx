"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ErrorCode } from "#lib/protocol/codes.ts";
import type { AssistantMessage, ErrorEnding } from "#lib/protocol/message.ts";
import { useConversation } from "../providers/conversation-provider.tsx";
import { CopyAction } from "../ui/copy-action.tsx";
import { formatSeconds } from "../ui/format-amount.ts";
import { useLanguage, useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { useCountdown } from "../ui/use-countdown.ts";
import { runAdviceKey, runErrorKey } from "./error-key.ts";
import { modelName } from "./model-name.ts";
import { Row } from "./row.tsx";

interface ErrorStripProps {
  answer: AssistantMessage;
  ending: ErrorEnding;
  canAskAgain: boolean;
  /** Some of the answer was kept. */
  canContinue: boolean;
}

/** What the settings can help with: they say where the model is set. */
const ofSettings: ReadonlySet<string> = new Set<ErrorCode>([
  "key-rejected",
  "model-not-found",
  "out-of-credit",
  "unreachable",
]);

/** In place of an ending: what happened, whether anything is lost, what to do. */
export function ErrorStrip(props: ErrorStripProps): ReactElement {
  const { answer, ending, canAskAgain, canContinue } = props;
  const t = useTranslate();
  const { actions } = useConversation();
  const space = useLanguage() === "zh" ? "" : " ";
  const { code, reason, status } = ending;
  const host = ending.host ?? t("error.host");
  const advice = t(runAdviceKey(code, reason), { host, model: modelName(t, answer.model) });
  const kept = t(answer.parts.length > 0 ? "error.kept.partial" : "error.kept");
  const details = [ending.host, status, t("error.request", { id: answer.runId })];
  return (
    <Row tick="error" tone="bad" kind="strip-row">
      <section className="strip">
        <h3>{t(runErrorKey(code))}</h3>
        <p>{[advice, kept].join(space)}</p>
        <p className="text-meta">
          {showHidden(details.filter((detail) => detail !== undefined).join(" · "))}
        </p>
        <div className="actions">
          {canContinue && (
            <button type="button" className="btn line" onClick={actions.continue}>
              {t("action.continue")}
            </button>
          )}
          {code === "context-too-long" && (
            <a href="/" className="btn line" onClick={navigateOnClick()}>
              {t("index.new")}
            </a>
          )}
          {canAskAgain && <Again ending={ending} />}
          {ofSettings.has(code) && (
            <a href="/settings" className="btn line" onClick={navigateOnClick()}>
              <Icon name="settings" />
              {t("action.settings")}
            </a>
          )}
          <CopyAction label={t("action.copy.id")} read={() => answer.runId} />
        </div>
      </section>
    </Row>
  );
}

/** Not before the time that the endpoint asked for. */
function Again({ ending }: { ending: ErrorEnding }): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  const left = useCountdown(ending.at ?? 0, ending.retryAfterMs ?? 0) ?? 0;
  return (
    <button type="button" className="btn line" disabled={left > 0} onClick={actions.again}>
      <Icon name="again" />
      {left > 0
        ? t("action.retry.in", { time: formatSeconds(t, Math.ceil(left / 1000) * 1000) })
        : t("action.retry")}
    </button>
  );
}

"use client";

import type { ReactElement } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { translateFault } from "#lib/client/i18n/translate-fault.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ErrorCode } from "#lib/protocol/codes.ts";
import type { AssistantMessage, ErrorEnding } from "#lib/protocol/message.ts";
import { useConversation } from "../providers/conversation-provider.tsx";
import { CopyAction } from "../ui/copy-action.tsx";
import { formatSeconds, grouped } from "../ui/format-amount.ts";
import { useLanguage, useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { ReadyControls } from "../ui/ready-controls.tsx";
import { useCountdown } from "../ui/use-countdown.ts";
import { runAdviceKey, runErrorKey } from "./error-key.ts";
import { modelName } from "./model-name.ts";
import { Row } from "./row.tsx";

interface ErrorStripProps {
  answer: AssistantMessage;
  ending: ErrorEnding;
  canAskAgain: boolean;
  canContinue: boolean;
  /** Some of the answer was kept. */
  hasText: boolean;
}

/** What the settings can help with: they say where the model is set. */
const ofSettings: ReadonlySet<string> = new Set<ErrorCode>([
  "key-rejected",
  "model-not-found",
  "out-of-credit",
  "unreachable",
]);

/** What another model may help with. */
const ofModels: ReadonlySet<string> = new Set<ErrorCode>([
  "key-rejected",
  "model-not-found",
  "out-of-credit",
  "rate-limited",
  "request-refused",
]);

/** In place of an ending: what happened, whether anything is lost, what to do. */
export function ErrorStrip(props: ErrorStripProps): ReactElement {
  const { answer, ending, canAskAgain, canContinue, hasText } = props;
  const t = useTranslate();
  const { actions } = useConversation();
  const space = useLanguage() === "zh" ? "" : " ";
  const { code, reason, status } = ending;
  const isTooLong = code === "context-too-long";
  const isUnusable = code === "bad-schema" || code === "bad-input";
  const host = ending.host ?? t("error.host");
  const key = isTooLong && hasText ? "error.context-too-long.full" : runAdviceKey(code, reason);
  const advice = t(key, { host, steps: (ending.steps ?? []).join(", "), model: modelName(t, answer.model) });
  const kept = t(answer.parts.length > 0 ? "error.kept.partial" : "error.kept");
  const left = isTooLong && t("error.context-too-long.left");
  const details = [ending.host, status, t("error.request", { id: answer.runId })];
  return (
    <Row tick="error" tone="bad" kind="strip-row" at="end">
      <section className="strip">
        <h3>{t(runErrorKey(code))}</h3>
        <p>{[...tokenWords(t, ending), advice, kept, left].filter(Boolean).join(space)}</p>
        {isUnusable && <FormFaults errorText={ending.errorText} />}
        <p className="text-meta">
          {showHidden(details.filter((detail) => detail !== undefined).join(" · "))}
        </p>
        <ReadyControls>
          <div className="actions">
            {canContinue && !isTooLong && (
              <button type="button" className="btn line" onClick={actions.continue}>
                {t("action.continue")}
              </button>
            )}
            {(isTooLong || isUnusable) && canAskAgain && (
              <button type="button" className="btn line" onClick={actions.reuse}>
                <Icon name="edit" />
                {t("action.edit.question")}
              </button>
            )}
            {isTooLong && (
              <a href="/" className="btn line" onClick={navigateOnClick()}>
                {t("index.new")}
              </a>
            )}
            {canAskAgain && !isUnusable && <Again ending={ending} />}
            {canAskAgain && ofModels.has(code) && (
              <button type="button" className="btn line" onClick={actions.chooseModel}>
                {t("action.switch")}
              </button>
            )}
            {ofSettings.has(code) && (
              <a href="/settings" className="btn line" onClick={navigateOnClick()}>
                <Icon name="settings" />
                {t("action.settings")}
              </a>
            )}
            <CopyAction label={t("action.copy.id")} read={() => answer.runId} />
          </div>
        </ReadyControls>
      </section>
    </Row>
  );
}

/** What is wrong with what the question gave, a line each. */
function FormFaults({ errorText }: Pick<ErrorEnding, "errorText">): ReactElement {
  const language = useLanguage();
  return (
    <ul>
      {errorText.split("\n").map((fault) => (
        <li key={fault} dir="auto">
          {showHidden(translateFault(language, fault))}
        </li>
      ))}
    </ul>
  );
}

/** The numbers that the endpoint gave. */
function tokenWords(t: Translate, { limitTokens, askedTokens }: ErrorEnding): string[] {
  if (limitTokens === undefined) return [];
  const limit = grouped(limitTokens);
  if (askedTokens === undefined) return [t("error.context-too-long.limit", { limit })];
  return [t("error.context-too-long.numbers", { asked: grouped(askedTokens), limit })];
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

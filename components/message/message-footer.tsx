"use client";

import { Fragment, type ReactElement, type ReactNode, useState } from "react";
import type { Messages } from "#lib/client/i18n/messages.ts";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import { forkedReason } from "#lib/protocol/codes.ts";
import type { AssistantMessage, Ending } from "#lib/protocol/message.ts";
import type { FinishReason } from "#lib/protocol/run-event.ts";
import { useConversation, useNewestTurn } from "../providers/conversation-provider.tsx";
import { CopyAction } from "../ui/copy-action.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Tick } from "../ui/tick.tsx";
import { interruptKey } from "./error-key.ts";
import { InspectLink } from "./inspect-link.tsx";
import { lazyParts } from "./lazy-parts.ts";
import { isEstimated, stats, totals } from "./stats.ts";
import { TickLink } from "./tick-link.tsx";

export interface MessageFooterProps {
  answer: AssistantMessage;
  /** Of the newest turn. */
  isNewest: boolean;
  /** It can be written again, or continued. */
  canAskAgain: boolean;
  /** It has used more than is known. */
  isPartial?: boolean;
  /** It has cost more than is known. */
  isCostPartial?: boolean;
}

/** How an answer ended: why, what it cost, what can be done now. */
export function MessageFooter(props: MessageFooterProps): ReactElement | null {
  const { answer, isNewest, canAskAgain, isPartial, isCostPartial } = props;
  const t = useTranslate();
  const [isOpen, setOpen] = useState(false);
  const { actions } = useConversation();
  const { ending } = answer;
  if (!ending) return null;
  const text = answerText(answer.parts);
  // A workflow begins anew: its steps are of one run.
  const canContinue = canAskAgain && text !== "" && !answer.workflow;
  if (ending.type === "error" && (ending.code !== "cut-off" || text === ""))
    return <lazyParts.ErrorStrip {...{ answer, ending, canAskAgain, canContinue }} hasText={text !== ""} />;
  const { tick, tone, why, next } = shape(t, answer);
  const rewrites = ending.type === "error" || ending.type === "interrupted";
  const amounts = totals(t, answer, isPartial, isCostPartial);
  return (
    <div className={isOpen ? "row ending opened" : "row ending"}>
      <TickLink name={tick} tone={tone} at="end" />
      <div className="end">
        {why !== undefined && <p className={tone === "cut" ? "why run" : "why"}>{why}</p>}
        {ending.type === "interrupted" ? (
          <p className="facts">{t(text ? "end.kept" : "end.nothing")}</p>
        ) : (
          <p className="facts figures">
            <Stats {...{ answer, isPartial }} />
            {isNewest && hasCost(ending) && <lazyParts.ConversationTotal />}
          </p>
        )}
        <Actions>
          {canContinue && next && (
            <button type="button" className={`btn ${next.fill ? "fill" : "line"}`} onClick={actions.continue}>
              {t(next.label)}
            </button>
          )}
          {canAskAgain && rewrites && <AgainAction isLine />}
          {text !== "" && <CopyAction label={t("action.copy")} read={() => showHidden(text)} />}
          {canAskAgain && !rewrites && <AgainAction />}
          {!isNewest && <ContinueFromAction answer={answer} />}
          <InspectLink runId={answer.runId} />
          {ending.type !== "interrupted" && (
            <button
              type="button"
              className="btn icon opens"
              aria-label={t("end.figures")}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              <Icon name="end" />
            </button>
          )}
        </Actions>
      </div>
      {amounts.length > 0 && (
        <p className="total figures">
          {amounts.map((amount) => (
            <span key={amount}>{amount}</span>
          ))}
        </p>
      )}
    </div>
  );
}

/** Beneath the live text, where its ending will stand. */
export function LiveEnding({ answer }: { answer: AssistantMessage }): ReactElement {
  const t = useTranslate();
  const { isElsewhere } = useNewestTurn();
  const hasText = answerText(answer.parts) !== "";
  return (
    <div className="row ending unended">
      <Tick name="end" />
      <div className="end">
        <p className="facts">
          <span className="figures">
            <Stats answer={answer} />
            {isElsewhere && " · "}
          </span>
          {isElsewhere && t("connection.elsewhere")}
        </p>
        <Actions>
          {hasText && (
            <CopyAction label={t("action.copy.far")} read={() => showHidden(answerText(answer.parts))} />
          )}
        </Actions>
      </div>
    </div>
  );
}

/** Between the figures: no line ends inside of one. */
const separator = " · ";

interface StatsProps {
  answer: AssistantMessage;
  isPartial?: boolean | undefined;
}

const Stats = ({ answer, isPartial }: StatsProps): ReactElement => (
  <>
    {stats(useTranslate(), answer, isPartial)
      .split(separator)
      .map((figure, at) => (
        <Fragment key={figure}>
          {at > 0 && separator}
          <span className={figure.length < 24 ? "whitespace-nowrap" : undefined}>{figure}</span>
        </Fragment>
      ))}
    {isEstimated(answer) && <lazyParts.Estimate answer={answer} />}
  </>
);

const hasCost = (ending: Ending): boolean => "total" in ending && ending.total?.cost !== undefined;

const Actions = ({ children }: { children: ReactNode }): ReactElement => (
  <div className="actions">{children}</div>
);

function AgainAction({ isLine }: { isLine?: boolean }): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  return (
    <button
      type="button"
      className={isLine ? "btn line" : "btn"}
      onClick={actions.again}
      // Before the click, which may come without a network.
      onFocus={lazyParts.OtherAnswers.preload}
      onPointerEnter={lazyParts.OtherAnswers.preload}
    >
      <Icon name="again" />
      {t("action.retry")}
    </button>
  );
}

function ContinueFromAction({ answer }: { answer: AssistantMessage }): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  return (
    <button type="button" className="btn" onClick={() => actions.continueFrom(answer)}>
      <Icon name="enter" />
      {t("branch.continue")}
    </button>
  );
}

interface Shape {
  tick: IconName;
  tone?: string;
  why?: string;
  /** How the button to go on is called; absent where there is nothing to go on with. */
  next?: { label: "action.continue" | "action.go-on"; fill: boolean };
}

const continues = { label: "action.continue", fill: true } as const;

function shape(t: Translate, { ending, parts }: AssistantMessage): Shape {
  switch (ending?.type) {
    case "abort":
      return {
        tick: "stop",
        why: t(stopKey(ending)),
        next: { label: "action.go-on", fill: false },
      };
    case "interrupted":
      return {
        tick: "gap",
        tone: "cut",
        why: t(interruptKey(ending.reason)),
        next: continues,
      };
    case "error":
      return { tick: "gap", tone: "cut", why: t("end.cut-off"), next: continues };
    case "finish":
      return finishShape(t, ending.finishReason, parts.length === 0);
    case undefined:
      return { tick: "end" };
    default:
      // Of a newer build.
      ending satisfies never;
      return { tick: "end" };
  }
}

function stopKey({ by, reason }: Extract<Ending, { type: "abort" }>): keyof Messages {
  if (by === "user") return reason === forkedReason ? "end.forked" : "end.stopped";
  // The one reason that a server has of its own.
  return reason ? "end.expired" : "end.stopped.server";
}

function finishShape(t: Translate, reason: FinishReason, isEmpty: boolean): Shape {
  switch (reason) {
    case "length":
      return { tick: "gap", tone: "cut", why: t("end.length"), next: continues };
    case "content-filter":
      return { tick: "gap", tone: "cut", why: t("end.filter") };
    case "other":
      return { tick: "end", why: t("end.other") };
    case "stop":
    case "tool-calls":
      break;
    default:
      // Of a newer build.
      reason satisfies never;
  }
  return isEmpty ? { tick: "end", why: t("end.empty") } : { tick: "end" };
}

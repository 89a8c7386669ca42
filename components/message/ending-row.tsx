"use client";

import type { ReactElement, ReactNode } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import type { AssistantMessage } from "#lib/events/message.ts";
import { CopyAction } from "../ui/copy-action.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Tick } from "../ui/tick.tsx";
import { useWords } from "../ui/words-provider.tsx";
import { answerText } from "./answer-text.ts";
import { ErrorStrip } from "./error-strip.tsx";
import { facts, totals } from "./facts.ts";

interface EndingRowProps {
  answer: AssistantMessage;
  /** Answers the question again; absent where that cannot be asked for. */
  onAgain?: (() => void) | undefined;
}

/** How an answer ended: why, what it cost, what can be done now. */
export function EndingRow({ answer, onAgain }: EndingRowProps): ReactElement | null {
  const t = useWords();
  const { ending } = answer;
  if (!ending) return null;
  if (ending.type === "error" && ending.code !== "cut-off") return <ErrorStrip {...{ ending, onAgain }} />;
  const text = answerText(answer);
  const { tick, tone, why } = shape(t, answer, text);
  const again = ending.type === "error" || ending.type === "interrupted" ? "action.rewrite" : "action.again";
  const amounts = totals(t, answer);
  return (
    <div className="row ending">
      <Tick name={tick} tone={tone} />
      <div className="end">
        {why !== undefined && <p className={tone === "cut" ? "why run" : "why"}>{why}</p>}
        <p className="facts">
          {ending.type === "interrupted" ? t(text ? "end.kept" : "end.nothing") : facts(t, answer)}
        </p>
        <Actions>
          {onAgain && again === "action.rewrite" && <AgainAction {...{ onAgain }} label={t(again)} isLine />}
          {text !== "" && <CopyAction label={t("action.copy")} read={() => text} />}
          {onAgain && again === "action.again" && <AgainAction {...{ onAgain }} label={t(again)} />}
        </Actions>
      </div>
      {amounts.length > 0 && (
        <p className="total">
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
  const t = useWords();
  return (
    <div className="row ending unended">
      <Tick name="end" />
      <div className="end">
        <p className="facts">{facts(t, answer)}</p>
        <Actions>
          <CopyAction label={t("action.copy.far")} read={() => answerText(answer)} />
        </Actions>
      </div>
    </div>
  );
}

const Actions = ({ children }: { children: ReactNode }): ReactElement => (
  <div className="actions">{children}</div>
);

const AgainAction = ({
  onAgain,
  label,
  isLine,
}: {
  onAgain: () => void;
  label: string;
  isLine?: boolean;
}): ReactElement => (
  <button type="button" className={isLine ? "btn line" : "btn"} onClick={onAgain}>
    <Icon name="again" />
    {label}
  </button>
);

function shape(
  t: Translate,
  { ending }: AssistantMessage,
  text: string,
): { tick: IconName; tone?: string; why?: string } {
  switch (ending?.type) {
    case "abort":
      return { tick: "stop", why: t(ending.by === "user" ? "end.stopped" : "end.stopped.server") };
    case "interrupted":
      return { tick: "gap", tone: "cut", why: t("end.interrupted") };
    case "error":
      return { tick: "gap", tone: "cut", why: t("end.cut-off") };
    case "finish":
      if (ending.finishReason === "length") return { tick: "gap", tone: "cut", why: t("end.length") };
      if (ending.finishReason === "content-filter") return { tick: "gap", tone: "cut", why: t("end.filter") };
      return text === "" ? { tick: "end", why: t("end.empty") } : { tick: "end" };
    default:
      return { tick: "end" };
  }
}

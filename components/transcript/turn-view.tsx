"use client";

import { memo, type ReactElement } from "react";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { UserMessage } from "#lib/protocol/message.ts";
import { Answer } from "../message/answer.tsx";
import { lazyParts } from "../message/lazy-parts.ts";
import { PendingRow } from "../message/pending-row.tsx";
import { Row } from "../message/row.tsx";
import { WaitingRow } from "../message/waiting-row.tsx";
import { useConversation } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { LocalTime } from "../ui/local-time.tsx";
import { headingId } from "./drawn-turns.ts";
import { LazyQuestionText } from "./lazy-question-text.ts";

/** Over this many characters, or lines, a question is a text, not a heading. */
const longQuestion = 280;
const manyLines = /\n[^\n]*\n[^\n]*\n/;
/** Of a question that may take more lines than are shown, or holds code. */
const mayFold = (text: string): boolean => text.length > 160 || /[\n`]/.test(text);

interface TurnViewProps {
  turn: Turn;
  isNewest: boolean;
  /** The newest turn may be answered again, unless an answer is being written. */
  canAskAgain: boolean;
  /** Asked in this page just now: stands near the top, and its answer grows beneath. */
  isFresh: boolean;
  /** The connection to its run is lost. */
  isAway: boolean;
  /** No network: an unsent message is sent once there is one. */
  isOffline: boolean;
  /** The end of its answer is on its way. */
  isCut: boolean;
}

/** A question and its answer. Turns that have not changed are the same object and do not render again. */
export const TurnView = memo(function TurnView(props: TurnViewProps): ReactElement {
  const { turn, isNewest, canAskAgain, isFresh, isAway, isOffline, isCut } = props;
  const t = useTranslate();
  const { model } = useConversation();
  const heading = headingId(turn);
  const { pending, answer } = turn;
  const isUnsent = pending?.state === "not-sent";
  const waitsForNetwork = isUnsent && isOffline && pending.problem.code === "no_connection";
  // Beneath an earlier answer, until there are words of the one that is to take its place.
  const isWaiting = !isUnsent && !turn.isQueued && (!answer || (answer.ending && (pending || turn.liveRun)));
  const isLong = turn.text.length > longQuestion || manyLines.test(turn.text);
  // What came before it, or is being written, is to be seen with it.
  const isLate = turn.isQueued || (isUnsent && pending.meant !== undefined);
  const classes = ["turn", isFresh && !isLate && "fresh", isAway && "away"].filter(Boolean);
  return (
    <article className={classes.join(" ")} aria-labelledby={heading} aria-busy={turn.liveRun !== undefined}>
      <header className={isLong ? "question long" : "question"}>
        {mayFold(turn.text) ? (
          <LazyQuestionText id={heading} text={showHidden(turn.text)} />
        ) : (
          <h2 id={heading} dir="auto">
            {showHidden(turn.text)}
          </h2>
        )}
        {isUnsent ? (
          <span className="unsent">{t(waitsForNetwork ? "problem.offline" : "problem.unsent")}</span>
        ) : (
          <LocalTime at={turn.at} />
        )}
        {turn.asked && <EditButton asked={turn.asked} />}
        {(turn.questions ?? turn.isWrittenBeside) && <lazyParts.QuestionVersions turn={turn} />}
      </header>
      <div className="ledger">
        {turn.sentInto !== undefined && (
          <Row tick="enter" kind="brief">
            <p className="note">{t("steering.late")}</p>
          </Row>
        )}
        {answer && (
          <Answer {...{ turn, answer, isNewest, isAway, isCut }} canAskAgain={canAskAgain && !isUnsent} />
        )}
        {answer && (turn.versions ?? turn.canUndo) && <lazyParts.OtherAnswers {...{ turn, answer }} />}
        {answer?.summary && <lazyParts.SummaryRow summary={answer.summary} />}
        {turn.isQueued && <lazyParts.QueuedRow />}
        {isWaiting && <PendingRow run={turn.liveRun} model={model} />}
        {isUnsent &&
          (waitsForNetwork ? (
            <WaitingRow intent={pending.intent.type} />
          ) : (
            <lazyParts.NotSentRow
              problem={pending.problem}
              intent={pending.intent.type}
              meant={pending.meant}
            />
          ))}
      </div>
    </article>
  );
});

function EditButton({ asked }: { asked: UserMessage }): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  return (
    <button
      type="button"
      className="btn icon edits"
      aria-label={t("branch.edit")}
      onClick={() => actions.editQuestion(asked)}
    >
      <Icon name="edit" />
    </button>
  );
}

"use client";

import { memo, type ReactElement } from "react";
import type { Turn } from "#lib/client/turns.ts";
import { Answer } from "../message/answer.tsx";
import type { Connection } from "../message/line-rows.tsx";
import { NotSentRow } from "../message/not-sent-row.tsx";
import { PendingRow } from "../message/pending-row.tsx";
import { LocalTime } from "../ui/local-time.tsx";
import { useWords } from "../ui/words-provider.tsx";

/** Over this many characters a question is a text, not a heading. */
const longQuestion = 280;

/** What a reader can do with a turn; the same object for as long as the conversation is shown. */
export interface TurnActions {
  again(): void;
  sendAgain(): void;
  /** Puts what was not sent back into the composer. */
  edit(): void;
  /** Gives up what was not sent. */
  takeBack(): void;
  refresh(): void;
  reconnect(): void;
}

interface TurnViewProps {
  turn: Turn;
  actions: TurnActions;
  /** The newest turn may be answered again, unless an answer is on its way. */
  canAskAgain: boolean;
  /** Asked in this page just now: stands near the top, and its answer grows beneath. */
  isFresh: boolean;
  /** Of the newest turn while its run is live. */
  connection: Connection | undefined;
  model: string;
}

/** A question and its answer. Turns that have not changed are the same object and do not render again. */
export const TurnView = memo(function TurnView(props: TurnViewProps): ReactElement {
  const { turn, actions, canAskAgain, isFresh, connection, model } = props;
  const t = useWords();
  const headingId = `q-${turn.key}`;
  const isUnsent = turn.asking?.state === "not-sent";
  const isLong = turn.text.length > longQuestion;
  const classes = ["turn", isFresh && "fresh", connection?.lostAttempt !== undefined && "away"].filter(
    Boolean,
  );
  return (
    <article className={classes.join(" ")} aria-labelledby={headingId} aria-busy={turn.liveRun !== undefined}>
      <header className={isLong ? "question long" : "question"}>
        <h2 id={headingId} dir="auto">
          {turn.text}
        </h2>
        {isUnsent ? <span className="unsent">{t("problem.unsent")}</span> : <LocalTime at={turn.at} />}
      </header>
      <div className="ledger">
        {turn.answer && !isUnsent && (
          <Answer
            {...{ turn, connection }}
            answer={turn.answer}
            onAgain={canAskAgain ? actions.again : undefined}
            onNow={actions.reconnect}
          />
        )}
        {!turn.answer && !isUnsent && <PendingRow run={turn.liveRun} model={model} />}
        {isUnsent && (
          <NotSentRow
            problem={turn.asking?.problem}
            onRetry={actions.sendAgain}
            onShow={actions.refresh}
            {...(turn.asking?.text === null ? { onClose: actions.takeBack } : { onEdit: actions.edit })}
          />
        )}
      </div>
    </article>
  );
});

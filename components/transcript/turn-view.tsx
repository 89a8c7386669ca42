"use client";

import { memo, type ReactElement } from "react";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { Answer } from "../message/answer.tsx";
import type { Connection } from "../message/connection-notices.tsx";
import { NotSentRow } from "../message/not-sent-row.tsx";
import { PendingRow } from "../message/pending-row.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { LocalTime } from "../ui/local-time.tsx";
import { showHidden } from "../ui/show-hidden.ts";

/** Over this many characters a question is a text, not a heading. */
const longQuestion = 280;

/** What a reader can do with a turn; the same object for as long as the conversation is shown. */
export interface TurnActions {
  again(): void;
  /** Goes on from what was kept of the answer. */
  continue(): void;
  resend(): void;
  /** Puts what was not sent back into the composer. */
  edit(): void;
  /** Gives up what was not sent. */
  discard(): void;
  /** The session is gone: goes on with a new one, and with what was not sent. */
  renew(): void;
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
  /** No network: what was not sent waits for it. */
  isOffline: boolean;
  /** Its answer was asked for in another tab. */
  isElsewhere: boolean;
}

/** A question and its answer. Turns that have not changed are the same object and do not render again. */
export const TurnView = memo(function TurnView(props: TurnViewProps): ReactElement {
  const { turn, actions, canAskAgain, isFresh, connection, model, isOffline, isElsewhere } = props;
  const t = useTranslate();
  const headingId = `q-${turn.key}`;
  const { pending } = turn;
  const isUnsent = pending?.state === "not-sent";
  const isQueued = isUnsent && isOffline && pending.problem.code === "no_connection";
  // What was to be gone on with stays on the page, whatever became of the request.
  const showsAnswer = !isUnsent || pending.intent.type === "continue";
  const isLong = turn.text.length > longQuestion;
  const classes = ["turn", isFresh && "fresh", connection?.lostAttempt !== undefined && "away"].filter(
    Boolean,
  );
  return (
    <article className={classes.join(" ")} aria-labelledby={headingId} aria-busy={turn.liveRun !== undefined}>
      <header className={isLong ? "question long" : "question"}>
        <h2 id={headingId} dir="auto">
          {showHidden(turn.text)}
        </h2>
        {isUnsent ? (
          <span className="unsent">{t(isQueued ? "problem.queued" : "problem.unsent")}</span>
        ) : (
          <LocalTime at={turn.at} />
        )}
      </header>
      <div className="ledger">
        {turn.answer && showsAnswer && (
          <Answer
            {...{ turn, connection, isElsewhere }}
            answer={turn.answer}
            onAgain={canAskAgain && !isUnsent ? actions.again : undefined}
            onContinue={canAskAgain && !isUnsent ? actions.continue : undefined}
            onNow={actions.reconnect}
          />
        )}
        {!turn.answer && !isUnsent && <PendingRow run={turn.liveRun} model={model} />}
        {isUnsent && (
          <NotSentRow
            problem={pending.problem}
            isQueued={isQueued}
            onRetry={actions.resend}
            onShow={actions.refresh}
            onRenew={actions.renew}
            {...(pending.intent.type === "message" ? { onEdit: actions.edit } : { onClose: actions.discard })}
          />
        )}
      </div>
    </article>
  );
});

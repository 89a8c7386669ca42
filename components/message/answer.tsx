"use client";

import { type ReactElement, useEffect } from "react";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import { defaultAgent } from "#lib/protocol/default-agent.ts";
import type { AssistantMessage, Part } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { InspectedProvider, useConversation, useNewestTurn } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { lazyParts, preloadLiveParts } from "./lazy-parts.ts";
import { CitationsContext } from "./markdown/citations-context.ts";
import { LiveEnding, MessageFooter, type MessageFooterProps } from "./message-footer.tsx";
import { MessagePart } from "./message-part.tsx";
import { PendingRow } from "./pending-row.tsx";
import { Row } from "./row.tsx";
import { shownRows } from "./shown-rows.ts";
import { useCitations } from "./use-citations.ts";
import { idleAfterMs, useIdle } from "./use-idle.ts";

interface AnswerProps {
  turn: Turn;
  answer: AssistantMessage;
  /** Of the newest turn. */
  isNewest: boolean;
  /** The connection to its run is lost. */
  isAway: boolean;
  /** Its end is on its way. */
  isCut: boolean;
  canAskAgain: boolean;
}

/** An answer as rows on the spine, in the order in which it was written, and how it ended. */
export function Answer(props: AnswerProps): ReactElement {
  const { turn, answer, isNewest, isAway, isCut, canAskAgain } = props;
  const isLive = !answer.ending;
  const lastAt = turn.liveRun?.lastAt ?? 0;
  const rows = shownRows(answer.parts);
  // A continued text goes on where it stands: what was thought in between stands behind it.
  const open = rows.findLastIndex(({ parts }) => parts.some(isUnfinished));
  const newest = open < 0 ? rows.length - 1 : open;
  const { parts: ofRow = [] } = rows[newest] ?? {};
  const last = ofRow.findLast(isUnfinished) ?? ofRow[0];
  const isWritten = isLive && !isAway && !turn.liveRun?.retry && isWrittenByModel(last);
  const isIdle = useIdle(turn.liveRun?.seq ?? 0, isWritten);
  const tail = isAway || isIdle ? -1 : newest;
  useEffect(() => {
    if (isLive) preloadLiveParts();
  }, [isLive]);
  const isWaiting = isLive && !isAway && last?.endedAt !== undefined;
  const { id } = useConversation();
  return (
    <InspectedProvider value={answer.runId && `/c/${id}/run/${answer.runId}`}>
      <CitationsContext value={useCitations(answer.parts)}>
        {answer.workflow ? (
          <lazyParts.WorkflowRow {...{ answer, lastAt }} workflow={answer.workflow} />
        ) : (
          answer.agent !== defaultAgent && answer.agent !== "" && <lazyParts.AgentRow agent={answer.agent} />
        )}
        {rows.map(({ key, parts }, at) => (
          <MessagePart
            key={key}
            {...{ parts, isLive, lastAt }}
            runId={answer.runId}
            isTail={at === tail}
            isLast={at === rows.length - 1}
          />
        ))}
        {isLive && ((!answer.workflow && (rows.length === 0 || isWaiting)) || turn.liveRun?.retry) && (
          <PendingRow run={turn.liveRun} model={answer.model} />
        )}
        {isIdle && <IdleRow run={turn.liveRun} model={answer.model} />}
        {turn.isTruncated && <lazyParts.TruncatedNotice isRewritten={turn.isRewritten === true} />}
        {!isLive && answer.parts.some(isSource) && <lazyParts.SourcesRow parts={answer.parts} />}
        {isNewest && answer.ending?.type !== "interrupted" && (
          <Notices isWhole={!turn.isRewritten && !turn.isTruncated} />
        )}
        {isLive
          ? hasBegun(answer.parts) && <LiveEnding answer={answer} />
          : (isCut && <RestRow />) || <Footer {...{ answer, isNewest, canAskAgain }} />}
      </CitationsContext>
    </InspectedProvider>
  );
}

/** It is being written: a text, or an object. */
const hasBegun = (parts: readonly Part[]): boolean =>
  answerText(parts) !== "" ||
  parts.some((part) => part.type === "object" && part.parentToolCallId === undefined);

/** Of an answer that several runs have written, with what all of them have cost. */
const Footer = (props: MessageFooterProps): ReactElement =>
  props.answer.spentBefore ? (
    <lazyParts.SpentTogether answer={props.answer}>
      {(spent) => <MessageFooter {...props} {...spent} />}
    </lazyParts.SpentTogether>
  ) : (
    <MessageFooter {...props} />
  );

/** Nearly always there is nothing to say. */
const Notices = (props: { isWhole: boolean }): ReactElement | null =>
  useNewestTurn().notice ? <lazyParts.ConnectionNotices {...props} /> : null;

function RestRow(): ReactElement {
  const t = useTranslate();
  return (
    <Row tick="gap" kind="brief">
      <p className="note">{t("transcript.rest")}</p>
    </Row>
  );
}

/** The model has written nothing for a while; not where that may be the store's doing. */
function IdleRow(props: { run: RunState | undefined; model: string }): ReactElement | null {
  const { notice } = useNewestTurn();
  return notice && notice.durability !== "ok" ? null : <PendingRow {...props} sinceMs={idleAfterMs} />;
}

const isSource = ({ type }: Part): boolean => type === "source-url";

/** What is written inside a call is no answer of the model that is asked. */
const isUnfinished = (part: Part): boolean =>
  part.endedAt === undefined && part.parentToolCallId === undefined;

/** An open part of which more is to come from the model; a tool that runs says so itself. */
const isWrittenByModel = (part: Part | undefined): boolean =>
  part !== undefined &&
  part.endedAt === undefined &&
  (part.type !== "tool" || part.state === "input-streaming");

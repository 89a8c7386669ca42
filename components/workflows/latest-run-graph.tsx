"use client";

import { type ReactElement, useEffect } from "react";
import type { LatestRun, WorkflowListing } from "#lib/protocol/workflow-listing.ts";
import { ToolIcon } from "../message/tools/tool-icon.tsx";
import { runFace } from "../message/workflow/run-face.ts";
import { useWorkflowWords } from "../message/workflow/use-workflow-words.ts";
import { BlankDrawing, WorkflowDrawing } from "../message/workflow/workflow-drawing.tsx";
import { WorkflowMeter } from "../message/workflow/workflow-meter.tsx";
import { useChat } from "../providers/chat-provider.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { useStore } from "../ui/use-store.ts";

interface LatestRunGraphProps {
  workflow: WorkflowListing;
  latest: LatestRun;
}

/** The drawing with the way that the newest run has gone, and goes. */
export function LatestRunGraph({ workflow, latest }: LatestRunGraphProps): ReactElement {
  const { conversationId } = latest;
  const t = useWorkflowWords();
  const { chat } = useChat();
  const live = chat.conversation(conversationId);
  const { turns, phase, rest } = useStore(live);
  useEffect(() => {
    live.open();
    return () => live.close();
  }, [live]);
  const turn = turns.findLast(({ answer }) => answer?.workflow?.name === workflow.name);
  const { answer, liveRun } = turn ?? {};
  const summary = answer?.workflow;
  // A run of an earlier definition has steps that this drawing has not.
  const isDrawn = summary?.definitionHash === workflow.definitionHash;
  const face = summary && runFace(summary, answer.ending);
  const isOnItsWay = !summary && (phase === "loading" || rest !== undefined);
  return (
    <>
      <p className="wf-latest">
        <a href={`/c/${conversationId}`} className="link" onClick={navigateOnClick()}>
          {t("page.latest")}
        </a>
        {face && (
          <span className={`state ${face.color}`}>
            <ToolIcon name={face.icon} />
            {t(`state.${face.state}`)}
          </span>
        )}
        {summary && !isDrawn && <span className="note">{t("page.earlier")}</span>}
      </p>
      {summary && <WorkflowMeter workflow={summary} progress={answer.progress} />}
      {isOnItsWay ? (
        <BlankDrawing drawing={workflow.drawing} />
      ) : (
        <WorkflowDrawing
          {...workflow}
          workflow={isDrawn ? summary : undefined}
          isLive={answer?.ending === undefined}
          ending={answer?.ending}
          lastAt={liveRun?.lastAt ?? 0}
        />
      )}
    </>
  );
}

"use client";

import { type ReactElement, useEffect, useMemo, useRef } from "react";
import type { Messages } from "#lib/client/i18n/messages.ts";
import { callName } from "#lib/protocol/call-name.ts";
import { codeToolName } from "#lib/protocol/code-call.ts";
import type { Part, ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { usePaced } from "../../ui/use-paced.ts";
import { ApprovalBox } from "./approval-box.tsx";
import { AttemptsLine } from "./attempts-line.tsx";
import { hasPictures } from "./code-images.ts";
import { runsCode } from "./code-input.tsx";
import { compactView } from "./compact-view.ts";
import { NestedParts } from "./nested-parts.tsx";
import { isOwnQuestion } from "./own-question.ts";
import { QuestionBox } from "./question-box.tsx";
import { summarizeInput } from "./summarize-input.ts";
import { ToolBody } from "./tool-body.tsx";
import { toolFace } from "./tool-face.ts";
import { ToolHead } from "./tool-head.tsx";
import { ToolProgress } from "./tool-progress.tsx";
import { asksInside } from "./tool-rows.ts";
import { useFold } from "./use-fold.ts";
import { useForgetting } from "./use-kept.ts";
import { usePrintedInput } from "./use-printed-input.ts";
import { useToolTime } from "./use-tool-time.ts";
import type { FoldPreference } from "./wanted-fold.ts";

/** What calls and the calls inside them have in common. */
export interface InsideCalls {
  /** What was written inside calls, by the call. */
  inside: ReadonlyMap<string, readonly Part[]>;
  runId: string;
  isLive: boolean;
  isLast: boolean;
  lastAt: number;
}

interface ToolCallProps extends InsideCalls {
  call: ToolPart;
}

/** Arguments that are longer are shown while they come; shorter ones stand in the line. */
const longInput = 72;

/** One call, in every state that it can have: its line, how far it has come, and what unfolds. */
export function ToolCallView(props: ToolCallProps): ReactElement {
  const { inside, runId, isLive, isLast, lastAt } = props;
  const t = useTranslate();
  const call = usePaced(props.call, !isLive || props.call.state !== "input-streaming");
  const face = toolFace(call, isLive);
  const printed = usePrintedInput(call);
  const { amount, elapsedMs } = useToolTime([call], isLive, lastAt);
  const parts = inside.get(call.toolCallId) ?? [];
  const isAsked = face.tone === "needs";
  const fold = useFold(foldKey(call), foldPreference(call, isLive, parts.length > 0), isLast);
  const { toggle } = fold;
  // What waits for a person inside is not to be folded away.
  const isOpen = fold.isOpen || (isLive && asksInside(call, inside));
  const head = useRef<HTMLButtonElement>(null);
  useFocusAfter(isAsked, head);
  useForgetting(call, runId, isAsked);
  const name = call.toolName === codeToolName ? t("tool.code") : callName(call);
  const compact = useMemo(() => compactView(call, t), [call, t]);
  return (
    <>
      <ToolHead ref={head} name={name} summary={summary()} {...{ face, amount, isOpen, toggle }} />
      {isLive && call.endedAt === undefined && !isAsked && <ToolProgress {...{ call, elapsedMs }} />}
      {isLive && call.endedAt === undefined && !isAsked && !isOpen && <AttemptsLine call={call} />}
      {isOpen && isAsked && call.question && (
        <QuestionBox key={call.approvalId} {...{ call, runId }} question={call.question} />
      )}
      {isOpen && isAsked && !call.question && (
        <ApprovalBox key={call.approvalId} {...{ call, runId, printed }} />
      )}
      {isOpen && !isAsked && (
        <ToolBody {...{ call, face, printed, parts, runId }}>
          {parts.length > 0 && (
            <NestedParts
              {...{ parts, isLive }}
              renderCall={(nested) => <ToolCallView {...props} call={nested} />}
            />
          )}
        </ToolBody>
      )}
    </>
  );

  function summary(): string {
    // What is asked stands beneath, in full, and so does code.
    if (isOpen && (call.question || runsCode(call.toolName))) return "";
    if (isAsked && !call.question) return t(effectKeys[call.effect ?? ""] ?? "effect.other");
    const isArriving = face.state === "input-streaming" && call.inputText.trim().length < 2;
    return isArriving ? t("tool.arriving") : (compact ?? summarizeInput(printed));
  }
}

const effectKeys: Readonly<Record<string, keyof Messages>> = {
  read: "effect.read",
  write: "effect.write",
  network: "effect.network",
  code: "effect.code",
};

/** What a call is known by in this browser: providers number those of each answer anew. */
export const foldKey = ({ toolCallId, startedAt }: ToolPart): string => `${toolCallId}@${startedAt}`;

function foldPreference(call: ToolPart, isLive: boolean, hasParts: boolean): FoldPreference {
  if (call.state === "approval-requested" && isLive) return "needed";
  return isWorthOpening(call, isLive, hasParts) ? "open" : "closed";
}

function isWorthOpening(call: ToolPart, isLive: boolean, hasParts: boolean): boolean {
  if (call.state === "output-error") return true;
  // What a person said stays to be read.
  if (call.state === "output-denied" || (call.endedAt !== undefined && isOwnQuestion(call))) return true;
  if (hasPictures(call)) return true;
  if (call.endedAt !== undefined || !isLive) return false;
  const isToBeRead = runsCode(call.toolName) || call.inputText.length > longInput;
  return hasParts || isToBeRead || call.output !== undefined;
}

/** A person who has decided goes on at the line of the call: the buttons are gone. */
function useFocusAfter(isAsked: boolean, head: { current: HTMLElement | null }): void {
  const wasAsked = useRef(isAsked);
  useEffect(() => {
    const isLost = document.activeElement === document.body;
    if (wasAsked.current && !isAsked && isLost) head.current?.focus({ preventScroll: true });
    wasAsked.current = isAsked;
  }, [isAsked, head]);
}

"use client";

import type { ReactElement } from "react";
import type { Turn } from "#lib/client/conversation/turns.ts";
import type { Translate } from "#lib/client/i18n/translate.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import { useConversation } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { ReadyControls } from "../ui/ready-controls.tsx";
import { Tick } from "../ui/tick.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { EarlierAnswer } from "./earlier-answer.tsx";
import { runErrorKey } from "./error-key.ts";
import { VersionSwitch } from "./version-switch.tsx";

export interface OtherAnswersProps {
  turn: Turn;
  answer: AssistantMessage;
}

const undoSeconds = 10;

/**
 * Where a question has several answers: what became of the newest, the way to the others, Undo, and beneath a
 * live one the answer that it is to replace.
 */
export function OtherAnswers({ turn, answer }: OtherAnswersProps): ReactElement {
  return (
    <>
      <Versions {...{ turn, answer }} />
      {turn.earlier && <EarlierAnswer answer={turn.earlier} />}
    </>
  );
}

function Versions({ turn, answer }: OtherAnswersProps): ReactElement | null {
  const { versions = [], failed, canUndo, liveRun, pending } = turn;
  const t = useTranslate();
  const { actions } = useConversation();
  const isBusy = liveRun !== undefined || pending !== undefined;
  const left = useElapsed(0, canUndo === true && !isBusy) ?? 0;
  if (versions.length < 2 && !canUndo) return null;
  const isWritten = liveRun && liveRun.messageId !== answer.id && liveRun.parts.length > 0;
  const note = isWritten ? t("versions.written") : failed && !isBusy && failedWords(t, failed);
  const n = Math.max(0, undoSeconds - Math.floor(left / 1000));
  return (
    <div className="row ending unended">
      <Tick name="end" />
      <div className="end">
        {note && <p className="why run">{note}</p>}
        <ReadyControls>
          <div className="actions">
            {versions.length > 1 && (
              <VersionSwitch of="answer" {...{ versions }} at={versions.indexOf(answer.id)} />
            )}
            {canUndo && (
              <button type="button" className="btn" onClick={actions.undo}>
                {isBusy ? t("action.undo") : t("index.undo", { n })}
              </button>
            )}
          </div>
        </ReadyControls>
      </div>
    </div>
  );
}

/** The newest answer is not whole: why, and that nothing was replaced. */
function failedWords(t: Translate, { ending }: AssistantMessage): string {
  if (ending?.type === "error") return t("versions.failed", { why: t(runErrorKey(ending.code)) });
  return t(ending?.type === "abort" ? "versions.stopped" : "versions.partial");
}

"use client";

import type { ReactElement } from "react";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { ReadyControls } from "../ui/ready-controls.tsx";
import { VersionSwitch } from "./version-switch.tsx";

/** Of a question in several versions: the way to the others, and whether one of them is being answered. */
export function QuestionVersions({ turn }: { turn: Turn }): ReactElement {
  const { asked, questions = [], isWrittenBeside } = turn;
  const t = useTranslate();
  return (
    <div className="asked-before">
      {questions.length > 1 && asked && (
        <ReadyControls>
          <VersionSwitch of="question" versions={questions} at={questions.indexOf(asked.id)} />
        </ReadyControls>
      )}
      {isWrittenBeside && <span className="note run">{t("versions.beside")}</span>}
    </div>
  );
}

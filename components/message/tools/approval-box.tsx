"use client";

import type { ReactElement } from "react";
import type { Messages } from "#lib/client/i18n/messages.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { writtenCode } from "./code-input.tsx";
import { DecisionNote } from "./decision-note.tsx";
import { IoPane } from "./io-pane.tsx";
import type { PrintedJson } from "./json-printer.ts";
import { ReasonForm } from "./reason-form.tsx";
import { requestKey } from "./request-key.ts";
import { useDecision } from "./use-decision.ts";
import { useEnterGuard } from "./use-enter-guard.ts";
import { useFocusOnReturn } from "./use-focus-on-return.ts";
import { useReasonForm } from "./use-reason-form.ts";

interface ApprovalBoxProps {
  call: ToolPart;
  runId: string;
  printed: PrintedJson;
}

/** What a call would do, with all that it was given, and the decision. Enter alone approves nothing. */
export function ApprovalBox({ call, runId, printed }: ApprovalBoxProps): ReactElement {
  const t = useTranslate();
  const request = requestKey(runId, call);
  const denial = useReasonForm(request);
  const deny = useFocusOnReturn(denial.isOpen);
  const control = useDecision(call, runId, String(denial.isOpen));
  const { isHinted, onlyByWill } = useEnterGuard();
  const { decide, isArmed, isSending } = control;
  const isBlocked = !isArmed || isSending;
  const button = { type: "button", "aria-disabled": isBlocked } as const;
  // It was started before, and nobody knows how far it came.
  const isAgain = call.attempt !== undefined;

  return (
    <div className="unfolded">
      <WhatItDoes {...{ call, isAgain }} />
      <WholeInput {...{ call, printed }} />
      {denial.isOpen ? (
        <ReasonForm
          {...{ request, isBlocked, takesFocus: denial.takesFocus }}
          label={t("approval.reason")}
          send={t("approval.deny")}
          onSend={(reason) => decide({ approved: false, ...reason })}
          also={t("approval.never")}
          onAlso={(reason) => decide({ approved: false, scope: "conversation", ...reason })}
          onBack={denial.close}
        />
      ) : (
        <div className="actions">
          <button
            {...button}
            className="btn ask"
            onKeyDown={onlyByWill}
            onClick={() => decide({ approved: true, scope: "once" })}
          >
            {t(isAgain ? "approval.again" : "approval.once")}
          </button>
          <button
            {...button}
            ref={deny}
            className="btn line"
            onClick={() => (isAgain ? decide({ approved: false }) : denial.open())}
          >
            {t(isAgain ? "approval.skip" : "approval.deny")}
          </button>
          {!isAgain && (
            <button
              type="button"
              className="btn"
              aria-disabled={isBlocked}
              onKeyDown={onlyByWill}
              onClick={() => decide({ approved: true, scope: "conversation" })}
            >
              {t("approval.always")}
            </button>
          )}
        </div>
      )}
      <DecisionNote control={control} hint={isHinted ? t("approval.keys") : undefined} />
    </div>
  );
}

/** What it would do, and what its tool is by now, where that is not what it was when the answer began. */
function WhatItDoes({ call, isAgain }: { call: ToolPart; isAgain: boolean }): ReactElement {
  const { effect, change } = call;
  const t = useTranslate();
  return (
    <>
      <p>{t(isAgain ? "effect.again.text" : effectKey(effect))}</p>
      {change && <p>{t("approval.change")}</p>}
      {change && <IoPane label={t("approval.change.now")} text={change.description} isWhole />}
    </>
  );
}

/** All that the call was given: code as it is, anything else laid out. */
function WholeInput({ call, printed }: Pick<ApprovalBoxProps, "call" | "printed">): ReactElement {
  const t = useTranslate();
  const text = writtenCode(call, printed) ?? [...printed.settled, printed.last].join("\n");
  return <IoPane label={t("tool.input")} copyLabel={t("tool.copy.input")} text={text} isWhole />;
}

const effects: Readonly<Record<string, keyof Messages>> = {
  read: "effect.read.text",
  write: "effect.write.text",
  network: "effect.network.text",
  code: "effect.code.text",
};

const effectKey = (effect = ""): keyof Messages => effects[effect] ?? "effect.other.text";

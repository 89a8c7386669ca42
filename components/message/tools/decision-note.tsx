import type { ReactElement } from "react";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import type { useDecision } from "./use-decision.ts";

interface DecisionNoteProps {
  control: Pick<ReturnType<typeof useDecision>, "isSending" | "fault">;
  /** Said where there is nothing else to say. */
  hint: string | undefined;
}

/** What became of a decision: it is on its way, or was not taken. */
export function DecisionNote({ control, hint }: DecisionNoteProps): ReactElement {
  const t = useTranslate();
  const { isSending, fault } = control;
  return (
    <>
      {fault && (
        <p className="fault" role="alert">
          {t(fault)}
        </p>
      )}
      <output className="mark">{isSending ? t("approval.sending") : fault ? "" : hint}</output>
    </>
  );
}

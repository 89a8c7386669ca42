import { useEffect, useState } from "react";
import { type Decided, postDecision } from "#lib/client/approval-requests.ts";
import type { Messages } from "#lib/client/i18n/messages.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { useConversation } from "../../providers/conversation-provider.tsx";

/** A click that was meant for what stood here before approves nothing. */
const armedAfterMs = 600;

interface DecisionControl {
  /** The buttons answer. */
  isArmed: boolean;
  isSending: boolean;
  /** Why it was not taken; absent: it was, or nothing was decided yet. */
  fault?: keyof Messages;
  decide(decided: Decided): void;
}

/**
 * What a person decides of a call: sent once, and shown by the log alone. `shown`: which buttons stand there;
 * others have to be armed anew.
 */
export function useDecision(call: ToolPart, runId: string, shown: string): DecisionControl {
  const { actions } = useConversation();
  const [armed, setArmed] = useState<string>();
  const isArmed = armed === shown;
  const [outcome, setOutcome] = useState<{
    approvalId: string;
    isSending: boolean;
    fault?: keyof Messages;
  }>();
  useEffect(() => {
    const timer = setTimeout(() => setArmed(shown), armedAfterMs);
    return () => clearTimeout(timer);
  }, [shown]);
  const { approvalId = "", inputHash = "" } = call;
  // Of what was asked before.
  const now = outcome?.approvalId === approvalId ? outcome : undefined;
  async function send(decided: Decided): Promise<void> {
    setOutcome({ approvalId, isSending: true });
    const problem = await postDecision({ runId, approvalId, inputHash }, decided);
    if (problem) setOutcome({ approvalId, isSending: false, fault: decisionFault(problem.code) });
    // Where streams are held back, or there is none for this window, it is long until the log is read again.
    actions.refresh();
  }
  return {
    isArmed,
    isSending: now?.isSending ?? false,
    ...(now?.fault && { fault: now.fault }),
    decide(decided) {
      if (isArmed && !now?.isSending) void send(decided);
    },
  };
}

const faults: Readonly<Record<string, keyof Messages>> = {
  already_decided: "approval.taken",
  input_changed: "approval.changed",
  run_over: "approval.over",
  // No answer came, or one that says so: the same decision, sent again, counts once.
  no_connection: "approval.unknown",
  start_unknown: "approval.unknown",
};

const decisionFault = (code: string): keyof Messages => faults[code] ?? "approval.failed";

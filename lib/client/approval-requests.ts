import type { DecisionScope, JsonObject } from "../protocol/run-event.ts";
import { fetchJson } from "./fetch-json.ts";
import type { Problem } from "./problem.ts";

/** What a person decides of a call, or answers to its question. */
export interface Decided {
  approved: boolean;
  scope?: DecisionScope;
  /** The agent is told. */
  reason?: string;
  /** The values of a form. */
  content?: JsonObject;
}

/** Of what it is decided: as the page shows it. */
export interface AskedApproval {
  runId: string;
  approvalId: string;
  /** That of the arguments that the person saw. */
  inputHash: string;
}

/**
 * Sends a decision (protocol 3.4). Undefined: the server has it, and the log says so. The same decision may
 * be sent again.
 */
export async function postDecision(
  { runId, approvalId, inputHash }: AskedApproval,
  decided: Decided,
): Promise<Problem | undefined> {
  const url = `/api/runs/${runId}/approvals/${encodeURIComponent(approvalId)}`;
  const result = await fetchJson<unknown>((...args) => fetch(...args), url, {
    method: "POST",
    body: { ...decided, inputHash },
  });
  return "problem" in result ? result.problem : undefined;
}

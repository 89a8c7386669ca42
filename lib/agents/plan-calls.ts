import type { ToolPart } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { callHash } from "../tools/call-hash.ts";
import type { ApprovalPolicy, Tool } from "../tools/tool.ts";
import { runsInParts } from "./code/runs-in-parts.ts";

/*
 * Decides by the log alone what becomes of a call that has no result and does not run here (protocol 5.3):
 *
 * 1. A call that was never started runs, asks or is denied, as the policy has it.
 * 2. One that was started and only reads is run again; one that is an agent, or code, goes on from what is
 *    inside of it.
 * 3. One that was started and may have done something is never run again without a person's word.
 * 4. What a person approved is what is run: a tool that has changed since is not.
 * 5. A tool that is away for now, or for good: a call that waits for a person's word goes on waiting for it.
 * 6. Where one that was started gets no result, it is said that it may have done its work.
 */

export type CallPlan =
  /** It goes on with the event, which is a result, or a question. */
  | { type: "tell"; event: EventBody }
  | CallStart
  /** A person has to answer first. */
  | { type: "wait" };

export interface CallStart {
  type: "run";
  part: ToolPart;
  tool: Tool;
  /** As the tool itself reads it. */
  input: unknown;
  attempt: number;
  /** How many there are to be, where the tool is tried again by itself. */
  attempts?: number;
  /** `tool-start` has to be written first. */
  isNew: boolean;
}

export type Judgement = ReturnType<ApprovalPolicy>;

interface PlanOptions {
  /** The policy, for a call that nobody decided about; undefined where it cannot be asked. */
  judge(tool: Tool): Promise<Judgement | undefined>;
  /** It is described otherwise than when the run began. */
  isChanged?: boolean;
}

export async function planCall(
  part: ToolPart,
  tool: Tool | undefined,
  { judge, isChanged = false }: PlanOptions,
): Promise<CallPlan | undefined> {
  const { toolName, state, attempt = 0 } = part;
  if (!tool) return planWithoutTool(part);
  const parsed = tool.parse(part.input);
  if (parsed.type === "invalid")
    return fail(part, `the arguments of ${toolName} are not valid: ${parsed.errorText}`, "invalid-input");
  const attempts = attemptsOf(part, tool);
  const again: CallStart = {
    ...{ type: "run", part, tool, input: parsed.input },
    ...{ attempt: attempt + 1, isNew: true, ...(attempts !== undefined && { attempts }) },
  };
  const isRepeatable = tool.effect === "read";
  switch (state) {
    case "running":
      if (runsInParts(tool)) return { ...again, attempt, isNew: false };
      if (isRepeatable && (!isChanged || isApprovedAs(part, tool))) return again;
      return requestApproval(part, tool, isChanged);
    case "approval-requested":
      if (part.question) return isRepeatable ? { type: "wait" } : endQuestion(part);
      return part.decision?.approved === false ? deny(part) : { type: "wait" };
    case "input-available":
      if (part.approvalId !== undefined) return isStillApproved(part, tool) ? again : changedTool(part);
      return planFresh(again, await judge(tool), isChanged);
    case "input-streaming":
    case "output-available":
    case "output-error":
    case "output-denied":
      return fail(part, `the call of ${toolName} was not complete`, "incomplete");
    default:
      return state satisfies never;
  }
}

/** An attempt that was cut off is none of those that failed: there is one more for it. */
function attemptsOf({ attempt = 0, attempts }: ToolPart, tool: Tool): number | undefined {
  const { attempts: max = 1 } = tool;
  if (max <= 1 || tool.effect !== "read") return undefined;
  return attempts === undefined ? attempt + max : attempts + 1;
}

/** 5. */
function planWithoutTool(part: ToolPart): CallPlan {
  const { toolName, state, question, decision } = part;
  if (state === "approval-requested") {
    if (question) return endQuestion(part);
    return decision?.approved === false ? deny(part) : { type: "wait" };
  }
  return fail(part, unknownToolText(toolName), "unknown_tool");
}

/** In words for the model that called it. */
export const unknownToolText = (toolName: string): string =>
  `Tool ${toolName} not found. Please select a tool that is available.`;

/** Written before the tool runs. */
export const toolStartEvent = ({ part: { toolCallId }, tool, attempt, attempts }: CallStart) => ({
  ...({ type: "tool-start", toolCallId, attempt } as const),
  ...(attempts !== undefined && { of: attempts }),
  ...((tool.effect === "network" || tool.definitionHash !== undefined) && { isOutside: true }),
});

/** 1. */
function planFresh(
  run: CallStart,
  judgement: Judgement | undefined,
  isChanged: boolean,
): CallPlan | undefined {
  const { part, tool } = run;
  switch (judgement) {
    case undefined:
      return undefined;
    case "run":
      return run;
    case "ask":
      return requestApproval(part, tool, isChanged);
    case "deny":
      return denied(part, `${part.toolName} may not be used here`);
    default:
      return judgement satisfies never;
  }
}

function fail({ toolCallId, attempt }: ToolPart, why: string, code: string): CallPlan {
  const errorText = attempt === undefined ? why : `${why}. ${mayHaveWorked}`;
  return { type: "tell", event: { type: "tool-output-error", toolCallId, errorText, code } };
}

/** 6. */
const mayHaveWorked = "It had been started before and may have done its work.";

const denied = ({ toolCallId }: ToolPart, reason: string): CallPlan => ({
  type: "tell",
  event: { type: "tool-output-denied", toolCallId, reason },
});

function deny(part: ToolPart): CallPlan {
  const { decision, attempt } = part;
  const doubt = attempt === undefined ? "" : ` ${mayHaveWorked}`;
  const words = decision?.reason
    ? `The person denied this call: ${decision.reason}`
    : "The person denied this call.";
  return denied(part, words + doubt);
}

/** 3. The attempt that is to be approved names the request. */
function requestApproval(part: ToolPart, tool: Tool, isChanged: boolean): CallPlan {
  const { toolCallId, attempt = 0, input } = part;
  const approvalId = `${toolCallId}:${attempt + 1}`;
  const inputHash = callHash(tool, input);
  return {
    type: "tell",
    event: {
      ...{ type: "tool-approval-request", toolCallId, approvalId, effect: tool.effect, inputHash },
      ...(isChanged && { change: { description: tool.description } }),
    },
  };
}

/** Nobody waits for the answer any more: the call that asked has ended with its process. */
const endQuestion = ({ approvalId = "" }: ToolPart): CallPlan => ({
  type: "tell",
  event: withdrawal(approvalId),
});

/** Ends a question that no person is to answer any more. */
export const withdrawal = (approvalId: string): EventBody => ({
  type: "tool-approval-response",
  approvalId,
  approved: false,
  by: nobody,
});

/** `by` of a response that no person gave. */
export const nobody = "server";

/** 4. */
const isStillApproved = ({ inputHash, input }: ToolPart, tool: Tool): boolean =>
  inputHash === undefined || inputHash === callHash(tool, input);

const isApprovedAs = (part: ToolPart, tool: Tool): boolean =>
  part.decision?.approved === true && part.inputHash === callHash(tool, part.input);

const changedTool = (part: ToolPart): CallPlan =>
  fail(part, `${part.toolName} has changed since it was approved`, "changed-tool");

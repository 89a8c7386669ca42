import type { AssistantMessage, Part } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import type { ConversationState } from "./conversation-state.ts";

/**
 * The state, with a note of it if `run` lacks words that were shown of it: a step was reset, and its model
 * writes them anew. Every attempt's parts have other ids.
 */
export function noteRewrite(
  state: ConversationState,
  run: Pick<RunState, "runId" | "seq" | "parts">,
): ConversationState {
  const { run: shown, rewrittenRuns } = state;
  if (shown?.runId !== run.runId || run.seq < shown.seq || shown.parts === run.parts) return state;
  const ids = new Set(run.parts.map(partId));
  const isRewritten = shown.parts.some((part) => isRead(part) && !ids.has(partId(part)));
  return isRewritten && !rewrittenRuns.has(run.runId)
    ? { ...state, rewrittenRuns: new Set([...rewrittenRuns, run.runId]) }
    : state;
}

/** The same for the saved answer of the run; what was continued has the ids of what it goes on from. */
export const noteSavedRewrite = (
  state: ConversationState,
  { runId, parts }: AssistantMessage,
): ConversationState =>
  state.run?.parentRunId === undefined
    ? noteRewrite(state, { runId, parts, seq: Number.POSITIVE_INFINITY })
    : state;

/**
 * Whether an answer whose log was lost in part has been begun anew since, and is not just shorter: what is
 * stored of it now holds what was never shown, in place of what was.
 */
export function isBegunAnew(
  shown: RunState,
  { parts, steps = [] }: Partial<Pick<RunState, "steps">> & Pick<RunState, "parts">,
): boolean {
  const attempts = new Map(shown.steps.map(({ stepId, attempt }) => [stepId, attempt]));
  if (steps.some(({ stepId, attempt }) => attempt > (attempts.get(stepId) ?? attempt))) return true;
  const [before, now] = [partIds(shown.parts), partIds(parts)];
  const isWithin = (some: ReadonlySet<string | undefined>, others: ReadonlySet<string | undefined>) =>
    [...some].every((id) => others.has(id));
  return !isWithin(before, now) && !isWithin(now, before);
}

const partIds = (parts: readonly Part[]) => new Set(parts.filter(isRead).map(partId));

const partId = (part: Part): string | undefined =>
  "toolCallId" in part ? part.toolCallId : "id" in part ? part.id : undefined;

const isRead = (part: Part): boolean => partId(part) !== undefined && (!("text" in part) || part.text !== "");

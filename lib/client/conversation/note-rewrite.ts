import type { Part } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import type { ConversationState } from "./conversation-state.ts";

/**
 * The state, with a note of it if `run` lacks words that were shown of it: a step was reset, and its model
 * writes them anew. Every attempt's parts have other ids.
 */
export function noteRewrite(state: ConversationState, run: RunState): ConversationState {
  const { run: shown, rewrittenRuns } = state;
  if (shown?.runId !== run.runId || run.seq < shown.seq || shown.parts === run.parts) return state;
  const ids = new Set(run.parts.map(partId));
  const isRewritten = shown.parts.some((part) => isRead(part) && !ids.has(partId(part)));
  return isRewritten && !rewrittenRuns.has(run.runId)
    ? { ...state, rewrittenRuns: new Set([...rewrittenRuns, run.runId]) }
    : state;
}

const partId = (part: Part): string | undefined =>
  "toolCallId" in part ? part.toolCallId : "id" in part ? part.id : undefined;

const isRead = (part: Part): boolean => partId(part) !== undefined && (!("text" in part) || part.text !== "");

import type { AssistantMessage } from "./message.ts";
import type { RunState } from "./run-state.ts";
import { summarizeWorkflow } from "./workflow-summary.ts";

/** The message that the log amounts to so far. */
export function messageOf(state: RunState): AssistantMessage {
  return {
    id: state.messageId,
    parentId: state.userMessageId,
    runId: state.runId,
    role: "assistant",
    createdAt: state.startedAt,
    agent: state.agent,
    model: state.model,
    ...(state.askedModel !== undefined && { askedModel: state.askedModel }),
    ...(state.answeredBy !== undefined && { answeredBy: state.answeredBy }),
    parts: state.parts,
    ...(state.takeovers && { takeovers: state.takeovers }),
    ...(state.workflow && { workflow: summarizeWorkflow(state.workflow) }),
    ...(state.progress && { progress: state.progress }),
    ...(state.summary && { summary: state.summary }),
    ...(state.ending && { ending: state.ending }),
  };
}

import { isRetriable } from "../protocol/is-retriable.ts";
import type { NewRun } from "../storage/run-store.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Whether a call of the answer that the run continues may be made once more: it failed and only reads. Of a
 * run that exists that is settled already.
 */
export async function mayRetryCall(
  { storage }: Pick<RunContext, "storage">,
  { runId, conversationId, userId, ask }: NewRun,
  toolCallId: string,
): Promise<boolean> {
  if (await storage.runs.run(runId)) return true;
  const snapshot = await storage.conversations.get(conversationId, userId);
  const continued = ask.kind === "continue" ? ask.continueRunId : undefined;
  const answer = snapshot?.messages.find((each) => each.role === "assistant" && each.runId === continued);
  return answer?.role === "assistant" && isRetriable(answer, toolCallId);
}

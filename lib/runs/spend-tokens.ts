import type { Message } from "../protocol/message.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { DrivenRun } from "./driven-run.ts";
import type { RunContext } from "./run-context.ts";

/** UTF-8 bytes of a token, about: a Chinese character is three bytes, an English word five and a space. */
const bytesPerToken = 4;

/** Counts what a run that is over has used of the server's key, where there is a budget. Never rejects. */
export async function spendTokens(
  context: RunContext,
  { run }: DrivenRun,
  { ending, total }: RunState,
): Promise<void> {
  // Without an ending it is somebody else's by now, who will count it.
  if (context.limits.tokensPerDay === undefined || !ending) return;
  try {
    const model = await context.pickModel(run.model);
    if (model.demo) return;
    const tokens = total
      ? (total.inputTokens ?? 0) + (total.outputTokens ?? 0)
      : await estimated(context, run.conversationId, run.userId);
    // A run id may be used again once its conversation is purged.
    if (tokens > 0) await context.storage.limits.spend(`${run.runId} ${run.createdAt}`, tokens);
  } catch (error) {
    context.log({
      level: "warn",
      message: "counting a run's tokens failed",
      runId: run.runId,
      error: String(error),
    });
  }
}

/**
 * Of an answer that was stopped or broke off before its provider told: the whole conversation was read, the
 * answer written.
 */
async function estimated({ storage }: RunContext, conversationId: string, userId: string): Promise<number> {
  const found = await storage.conversations.get(conversationId, userId);
  const bytes = (found?.messages ?? []).reduce((sum, message) => sum + Buffer.byteLength(textOf(message)), 0);
  return Math.ceil(bytes / bytesPerToken);
}

const textOf = (message: Message): string =>
  message.role === "user" ? message.text : JSON.stringify(message.parts);

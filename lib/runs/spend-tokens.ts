import type { Message } from "../protocol/message.ts";
import type { RunContext } from "./run-context.ts";
import type { Drive } from "./run-producer.ts";

/** UTF-8 bytes of a token, about: a Chinese character is three bytes, an English word five and a space. */
const bytesPerToken = 4;

/** Counts what an ended run has used of the server's key, where there is a budget. Never rejects. */
export async function spendTokens(
  { storage, limits, log }: Pick<RunContext, "storage" | "limits" | "log">,
  { driven: { run }, writer, picked }: Drive,
): Promise<void> {
  const { ending, total } = writer.state;
  // Without an ending it is another holder's by now, who will count it.
  if (limits.tokensPerDay === undefined || !ending) return;
  const { runId, createdAt } = run;
  try {
    if (!(await picked()).usesKey) return;
    const tokens = total
      ? (total.inputTokens ?? 0) + (total.outputTokens ?? 0)
      : await estimate(storage, run.conversationId, run.userId);
    // A run id may be used again once its conversation is purged.
    if (tokens > 0) await storage.limits.spend(`${runId} ${createdAt}`, tokens);
  } catch (error) {
    log({ level: "warn", message: "counting a run's tokens failed", runId, error: String(error) });
  }
}

/**
 * Of an answer that was stopped or cut off before its provider reported: the whole conversation was read, the
 * answer written.
 */
async function estimate(
  { conversations }: RunContext["storage"],
  conversationId: string,
  userId: string,
): Promise<number> {
  const snapshot = await conversations.get(conversationId, userId);
  const messages = snapshot?.messages ?? [];
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(messageText(message)), 0);
  return Math.ceil(bytes / bytesPerToken);
}

const messageText = (message: Message): string =>
  message.role === "user" ? message.text : JSON.stringify(message.parts);

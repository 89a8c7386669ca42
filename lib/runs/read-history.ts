import type { Message } from "../protocol/message.ts";
import { pathTo } from "../protocol/shown-path.ts";
import type { RunMeta } from "../storage/run-store.ts";
import type { RunContext } from "./run-context.ts";

/**
 * The messages that lead to a run's answer, oldest first: the question last, or the answer that the run
 * continues. Undefined if the conversation was deleted.
 */
export async function readHistory(
  { storage: { conversations, runs } }: Pick<RunContext, "storage">,
  run: RunMeta,
): Promise<readonly Message[] | undefined> {
  const read = (userId: string) => conversations.get(run.conversationId, userId);
  // Its user may have joined another since the claim.
  const snapshot = (await read(run.userId)) ?? (await read((await runs.run(run.runId))?.userId ?? ""));
  if (!snapshot) return undefined;
  const { messages } = snapshot;
  const continues = run.parentRunId !== undefined && messages.some(({ id }) => id === run.messageId);
  return pathTo(messages, continues ? run.messageId : run.userMessageId);
}

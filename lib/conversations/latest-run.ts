import type { LatestRun } from "../protocol/workflow-listing.ts";
import type { RunContext } from "../runs/run-context.ts";

/** In so many of a user's conversations, those that were changed last, it is looked for. */
const searched = 8;

/** The newest run of a user that this agent or workflow writes, live or ended; undefined: none is found. */
export async function latestRun(
  { storage: { conversations } }: Pick<RunContext, "storage">,
  userId: string,
  name: string,
): Promise<LatestRun | undefined> {
  const page = await conversations.list(userId, { limit: searched });
  for (const { id: conversationId } of page.conversations) {
    // One after another: mostly the first one has it.
    // oxlint-disable-next-line no-await-in-loop
    const snapshot = await conversations.get(conversationId, userId);
    const active = snapshot?.active?.run;
    if (active?.agent === name) return { conversationId, runId: active.runId };
    const answer = snapshot?.messages.findLast(
      (message) => message.role === "assistant" && message.agent === name,
    );
    if (answer) return { conversationId, runId: answer.runId };
  }
  return undefined;
}

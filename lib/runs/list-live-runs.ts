import type { LiveRunView } from "../protocol/live-run-view.ts";
import type { Conversation } from "../storage/conversation-store.ts";
import { readLiveRun } from "./read-live-run.ts";
import type { RunContext } from "./run-context.ts";

/** As many of the newest conversations are looked at, and of those that have a live run so many. */
const maxLookedAt = 50;
const maxLiveRuns = 20;

/** The user's runs that have not ended, with how far they are, of the newest conversations; newest first. */
export async function listLiveRuns(
  context: Pick<RunContext, "storage">,
  userId: string,
): Promise<LiveRunView[]> {
  const { conversations } = await context.storage.conversations.list(userId, { limit: maxLookedAt });
  const live = conversations.filter(({ activeRunId }) => activeRunId !== undefined).slice(0, maxLiveRuns);
  const views = await Promise.all(live.map((each) => listedRunOf(context, each)));
  return views.filter((view) => view !== undefined);
}

async function listedRunOf(
  { storage }: Pick<RunContext, "storage">,
  { id, userId, title, activeRunId = "" }: Conversation,
): Promise<LiveRunView | undefined> {
  const found = await readLiveRun(storage.runs, activeRunId, userId);
  // It has ended meanwhile.
  if (!found) return undefined;
  const { run, progress, awaits } = found;
  const { runId, agent, status, createdAt } = run;
  return {
    ...{ runId, conversationId: id, title, agent, status, createdAt },
    ...(progress && { progress }),
    ...(awaits.length > 0 && { awaits }),
  };
}

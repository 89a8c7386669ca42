import type { LiveRunView } from "../protocol/live-run-view.ts";
import type { Conversation } from "../storage/conversation-store.ts";
import { awaitedEvents } from "./awaited-events.ts";
import { foldSnapshot } from "./fold-snapshot.ts";
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
  { id, title, activeRunId = "" }: Conversation,
): Promise<LiveRunView | undefined> {
  const snapshot = await storage.runs.snapshot(activeRunId);
  // It has ended meanwhile.
  if (!snapshot) return undefined;
  const { runId, agent, status, createdAt } = snapshot.run;
  const state = foldSnapshot(snapshot);
  const awaits = awaitedEvents(state);
  return {
    ...{ runId, conversationId: id, title, agent, status, createdAt },
    ...(state.progress && { progress: state.progress }),
    ...(awaits.length > 0 && { awaits }),
  };
}

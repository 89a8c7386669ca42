import type { LatestRun } from "../protocol/workflow-listing.ts";
import type { RunContext } from "../runs/run-context.ts";

/** In so many of a user's conversations, those that were changed last, it is looked for. */
const searched = 8;

/** The newest run of a user that this agent or workflow writes, live or ended; undefined: none is found. */
export const latestRun = async (
  { storage: { conversations } }: Pick<RunContext, "storage">,
  userId: string,
  name: string,
): Promise<LatestRun | undefined> => (await conversations.newestRun(userId, name, searched)) ?? undefined;

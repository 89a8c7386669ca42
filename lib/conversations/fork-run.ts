import { createHash } from "node:crypto";
import { decodeEvent } from "../protocol/decode-event.ts";
import type { RunContext } from "../runs/run-context.ts";
import { writeBriefly } from "../runs/write-briefly.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { forkedConversation } from "./forked-conversation.ts";
import { readFixture } from "./read-fixture.ts";

/** Which event of a run a new conversation goes on from, and the ids that it and its run are to have. */
export interface ForkRequest {
  seq: number;
  conversationId: string;
  runId: string;
}

/**
 * Makes a conversation of what led to a run and of the run up to that event; the same request again is the
 * same one. `conflict`: one of the ids is something else's. `gone`: the run was deleted.
 */
export async function forkRun(
  context: Pick<RunContext, "storage" | "clock">,
  run: RunMeta,
  { seq, conversationId, runId }: ForkRequest,
): Promise<"forked" | "conflict" | "gone"> {
  const { conversations, runs } = context.storage;
  const [fixture, from] = await Promise.all([
    readFixture(context, run, seq),
    conversations.get(run.conversationId, run.userId),
  ]);
  if (!fixture || !from) return "gone";
  const { messages, entries } = fixture;
  const forked = forkedConversation(
    { messages, events: entries.map(({ json }) => decodeEvent(json)) },
    {
      ...{ run, conversationId, runId, title: from.conversation.title },
      bodyHash: forkHash(run.runId, seq),
      now: context.clock.wall(),
    },
  );
  await writeBriefly(context.clock, () => conversations.add(forked));
  const added = await runs.run(runId);
  return added?.conversationId === conversationId && added.userId === run.userId ? "forked" : "conflict";
}

/** As a run's `bodyHash`: what it was made of. */
export const forkHash = (runId: string, seq: number): string =>
  createHash("sha256")
    .update(JSON.stringify({ fork: runId, seq }))
    .digest("hex");

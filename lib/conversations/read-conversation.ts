import type { ConversationView } from "../protocol/conversation-view.ts";
import type { Durability } from "../protocol/durability.ts";
import { queueView } from "../protocol/question-queue.ts";
import { findRun } from "../runs/find-run.ts";
import { foldSnapshot } from "../runs/fold-snapshot.ts";
import type { RunContext } from "../runs/run-context.ts";
import { mayTakeOver } from "../storage/core/lease-rules.ts";
import { isDamaged, isLostStore } from "../storage/is-passing.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { summaryOf } from "./summary-of.ts";

/**
 * A conversation with its live run folded as far as the store has it. A run without a holder is taken over.
 * Null: not theirs, deleted, or unknown.
 */
export async function readConversation(
  context: RunContext,
  conversationId: string,
  userId: string,
): Promise<ConversationView | null> {
  const { conversations } = context.storage;
  let snapshot = await conversations.get(conversationId, userId);
  if (snapshot?.active && mayTakeOver(snapshot.active.run, context.clock.wall())) {
    await findRun(context, snapshot.active.run.runId, userId).catch(passOverDamage);
    snapshot = await conversations.get(conversationId, userId);
  }
  if (!snapshot) return null;
  const { conversation, messages, choices, active, queue } = snapshot;
  const hasChoices = Object.keys(choices).length > 0;
  const view = {
    ...{ conversation: summaryOf(conversation), messages },
    ...(hasChoices && { choices }),
    ...(queue && { queue: queueView(queue) }),
  };
  if (!active) return view;
  const state = foldSnapshot(active);
  const { runId, status } = active.run;
  const durability = toldDurability(context, active.run);
  return {
    ...view,
    activeRun: {
      ...{ runId, epoch: state.epoch, seq: state.seq, status, state },
      ...(active.messages && { unread: active.messages.map(({ messageId, text }) => ({ messageId, text })) }),
      ...(durability !== "ok" && { durability }),
    },
  };
}

/** What there is of the run can be read, and its stream says that there will be no more. */
function passOverDamage(error: unknown): void {
  if (!isDamaged(error) && !isLostStore(error)) throw error;
}

/** As a stream of the run would say it (lib/runs/follow-run.ts). */
function toldDurability({ live, clock, leaseMs }: RunContext, { runId, leaseUntil }: RunMeta): Durability {
  const known = live.get(runId)?.durability;
  if (known !== undefined) return known;
  return leaseUntil > 0 && clock.wall() - leaseUntil > leaseMs / 2 ? "stopped" : "ok";
}

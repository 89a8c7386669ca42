import { isOwnKeyModel } from "../protocol/own-key-model.ts";
import type { QueuedQuestion } from "../protocol/question-queue.ts";
import { isEnded } from "../protocol/run-status.ts";
import type { QueueSnapshot } from "../storage/conversation-store.ts";
import type { StartBounds } from "../storage/limit-store.ts";
import type { DueQueue, NewRun, RunMeta } from "../storage/run-store.ts";
import { askNext } from "./next-question.ts";
import { afterSteered, nextQueueStep } from "./queue-step.ts";
import type { RunContext } from "./run-context.ts";
import { titleOf } from "./run-request.ts";
import { withdrawStart } from "./withdraw-start.ts";

type QueueContext = Pick<RunContext, "clock" | "limits" | "log" | "newId" | "pickProducer" | "storage">;

/** More than the questions of a queue, each of which may be marked, paused and asked. */
const maxQueueSteps = 100;

/**
 * Goes on with what waits in a conversation, as far as it can be without an answer (queue-step.ts). The run
 * of the next question, which is to be driven; undefined: there is none. `mayAsk` false: only what the end of
 * the run before leads to.
 */
export async function advanceQueue(
  context: QueueContext,
  { conversationId, userId }: DueQueue,
  mayAsk = true,
): Promise<RunMeta | undefined> {
  const { conversations, runs } = context.storage;
  let isLeftRead = false;
  for (let steps = 0; steps < maxQueueSteps; steps += 1) {
    const found = await conversations.queue(conversationId, userId);
    const step = found ? nextQueueStep(isLeftRead ? withoutLeft(found) : found) : undefined;
    if (!found || !step || step.type === "none") return undefined;
    if (!mayAsk && (step.type === "ask" || step.type === "ask-left")) return undefined;
    if (step.type === "ask-left") {
      const { messages = [] } = (await runs.snapshot(step.run.runId)) ?? {};
      const next = await askNext({ runs, newId: context.newId }, { run: step.run, messages });
      if (next) return next;
      // It was asked by now; or it cannot be read, and is in no other's way.
      isLeftRead = true;
    } else if (step.type === "steer") {
      const { id, text } = step.question;
      const sent = await runs.sendMessage(step.runId, { messageId: id, text, by: "user" });
      const queue = afterSteered(found.queue, step.question, sent?.kind ?? "over");
      await conversations.saveQueue(conversationId, userId, queue);
    } else if (step.type === "save") {
      await conversations.saveQueue(conversationId, userId, step.queue);
    } else {
      const run = { ...questionRun(context, { conversationId, userId }, step.question), queue: step.queue };
      const admitted = await admitQuestion(context, run);
      if (!admitted) return undefined;
      const created = await runs.createRun(run);
      if (created.kind === "created") return created.run;
      await admitted.giveBack?.();
      if (created.kind === "exists" || created.kind === "conflict") {
        // The reply to the call that has made it was lost; or it was made by other means, and is in the way.
        await conversations.saveQueue(conversationId, userId, step.queue);
        if (created.kind === "exists" && !isEnded(created.run.status)) return created.run;
      } else if (created.kind !== "stale") return undefined;
    }
  }
  return undefined;
}

/**
 * Within the limits of now: the question was counted as one when it was queued (protocol 3.16). Undefined:
 * there is no room, and it stays due for a later sweep.
 */
async function admitQuestion(
  context: QueueContext,
  run: NewRun,
): Promise<{ giveBack?: () => Promise<void> } | undefined> {
  const bounds = await questionBounds(context, run);
  if (bounds.live === undefined && bounds.tokens === undefined) return {};
  const admission = await context.storage.limits.admit(run, bounds);
  if (admission.kind === "refused") return undefined;
  if (admission.kind === "known") return {};
  return { giveBack: () => withdrawStart(context, run, { bounds, at: admission.at }) };
}

async function questionBounds({ limits, pickProducer }: QueueContext, run: NewRun): Promise<StartBounds> {
  const { liveRuns: live, tokensPerDay: tokens } = limits;
  // Where nobody can say who answers, its run says so.
  const usesKey = async () =>
    !isOwnKeyModel(run.model ?? "") && (await pickProducer(run).catch(() => undefined))?.usesKey !== false;
  return {
    starts: [],
    ...(live !== undefined && { live }),
    ...(tokens !== undefined && (await usesKey()) && { tokens }),
  };
}

const withoutLeft = ({ queue, run }: QueueSnapshot): QueueSnapshot => ({
  queue,
  ...(run && { run: { ...run, unread: 0 } }),
});

/** The id of the question is that of its run, and the hash that of the request which queued it. */
function questionRun(
  { newId }: QueueContext,
  { conversationId, userId }: DueQueue,
  { id, text, agent, model, bodyHash }: QueuedQuestion,
): NewRun {
  return {
    ...{ runId: id, conversationId, userId, agent, bodyHash },
    ...(model !== undefined && { model }),
    messageId: newId(),
    ask: { kind: "message", message: { id: newId(), text } },
    title: titleOf(text),
  };
}

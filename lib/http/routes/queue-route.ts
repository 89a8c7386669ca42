import { z } from "zod";
import { changeQueue } from "../../conversations/change-queue.ts";
import type { QueueChange } from "../../conversations/queue-changes.ts";
import { isId } from "../../protocol/id.ts";
import { isOwnKeyModel, plainModel } from "../../protocol/own-key-model.ts";
import { type LeftHow, type QuestionQueue, queueView } from "../../protocol/question-queue.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { driveQueue } from "../../runs/drive-queue.ts";
import type { RunContext } from "../../runs/run-context.ts";
import { stopRun } from "../../runs/stop-run.ts";
import type { QueueSnapshot } from "../../storage/conversation-store.ts";
import type { RunMeta } from "../../storage/run-store.ts";
import { ownKeysOf } from "../own-keys-of.ts";
import { found, idParam } from "../params.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";

const questionId = z.string().refine(isId, "must be a lower-case UUID");

const queueRequest = z
  .strictObject({
    remove: questionId.optional(),
    /** In front of the one that `before` names; null: behind all. */
    move: questionId.optional(),
    before: questionId.nullable().optional(),
    /** In place of the live run that `stop` names. */
    now: questionId.optional(),
    stop: questionId.optional(),
    /** Into the live run `runId`. */
    steer: questionId.optional(),
    runId: questionId.optional(),
    resume: z.literal(true).optional(),
  })
  .transform(({ remove, move, before, now, stop, steer, runId, resume }, context): QueueRequest => {
    const changes: QueueChange[] = [];
    if (remove !== undefined) changes.push({ type: "remove", id: remove });
    if (move !== undefined && before !== undefined) changes.push({ type: "move", id: move, before });
    if (now !== undefined) changes.push({ type: "hurry", id: now });
    if (steer !== undefined && runId !== undefined) changes.push({ type: "steer", id: steer, runId });
    if (resume) changes.push({ type: "resume" });
    const [change, more] = changes;
    if (change && !more) return { change, ...(now !== undefined && stop !== undefined && { stop }) };
    const message = "give one of remove, move with before, now, steer with runId, and resume";
    context.addIssue({ code: "custom", path: ["resume"], message });
    return z.NEVER;
  });

interface QueueRequest {
  change: QueueChange;
  /** The run to stop. */
  stop?: string;
}

export const queueRoute = {
  /** What waits in the conversation to be asked, and which run is live (protocol 3.16). */
  GET: forVisitors<"conversationId">(async ({ params, userId }, { context }) => {
    const conversationId = idParam(params, "conversationId");
    const { conversations } = context.storage;
    return Response.json(queueAnswer(found(await conversations.queue(conversationId, userId))));
  }),

  /** Changes it (protocol 3.16), and goes on with it where it can. The same change again changes nothing. */
  POST: forVisitors<"conversationId">(async (visitor, server) => {
    const { request, params, userId } = visitor;
    const { context } = server;
    const queue = { conversationId: idParam(params, "conversationId"), userId };
    const { change, stop } = await readJson(request, queueRequest);
    found(await changeQueue(context, queue, change));
    const read = async () => found(await context.storage.conversations.queue(queue.conversationId, userId));
    if (stop !== undefined) await stopIfLive(context, await read(), stop);
    const keys = ownKeysOf(visitor, server);
    const { done } = await driveQueue(context, queue, (run) => pickFor(context, run, keys));
    if (done) server.waitUntil(done);
    server.listWatch.notify(userId);
    const after = await read();
    const fate =
      change.type === "remove" ? await fateOf(context, after.queue, { ...queue, id: change.id }) : undefined;
    return Response.json({ ...queueAnswer(after), ...(fate && { fate }) });
  }),
};

const queueAnswer = ({ queue, run }: QueueSnapshot) => ({
  queue: queueView(queue),
  ...(run && !isEnded(run.status) && { activeRunId: run.runId }),
});

/** Only the run of this conversation. */
async function stopIfLive(context: RunContext, { run }: QueueSnapshot, runId: string): Promise<void> {
  if (run?.runId === runId && !isEnded(run.status)) await stopRun(context, runId, "user");
}

/** A question that was queued with a key of its browser is asked with that, if this is the one. */
async function pickFor(context: RunContext, run: RunMeta, keys: ReadonlyMap<string, string>) {
  const { agent, model } = run;
  if (model === undefined || !isOwnKeyModel(model)) return context.pickProducer(run);
  const own = await context.pickProducer({ agent, model: plainModel(model), keys });
  return own.usesOwnKey ? own : context.pickProducer(run);
}

/** What became of a question that was to be removed. One that did not wait may have been asked at once. */
async function fateOf(
  { storage: { runs } }: RunContext,
  { questions, left }: QuestionQueue,
  { id, conversationId }: { id: string; conversationId: string },
): Promise<LeftHow | undefined> {
  if (questions.some((each) => each.id === id)) return "steered";
  const how = left.find((each) => each.id === id)?.how;
  if (how !== "removed") return how;
  return (await runs.run(id))?.conversationId === conversationId ? "asked" : how;
}

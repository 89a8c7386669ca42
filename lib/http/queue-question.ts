import { changeQueue } from "../conversations/change-queue.ts";
import { type QuestionQueue, queueView } from "../protocol/question-queue.ts";
import { isEnded } from "../protocol/run-status.ts";
import { driveQueue } from "../runs/drive-queue.ts";
import { stopRun } from "../runs/stop-run.ts";
import type { StartBounds } from "../storage/limit-store.ts";
import type { NewRun } from "../storage/run-store.ts";
import type { ApiServer } from "./api-server.ts";
import { countStart } from "./count-start.ts";
import { notFound, ProblemError } from "./problem.ts";

interface QueueOptions {
  /** It is asked next, and the live run is stopped for that. */
  isNext: boolean;
  /** The only run that is stopped for it, null: none; absent: whichever is live. */
  instead?: string | null;
  /** It counts as the start that it becomes. */
  bounds: StartBounds;
}

/**
 * Lets a question wait in its conversation (protocol 3.16), where something is before it: 202. Undefined:
 * nothing is, or its run is there already, and it is to be started.
 */
export async function queueQuestion(
  server: ApiServer,
  run: NewRun,
  { isNext, instead, bounds }: QueueOptions,
): Promise<Response | undefined> {
  const { context } = server;
  const { runId, conversationId, userId, ask, agent, model, bodyHash } = run;
  const { conversations, runs } = context.storage;
  if (ask.kind !== "message") return undefined;
  const found = await conversations.queue(conversationId, userId);
  if (!found || !hasBefore(found.queue, runId, found.run?.status) || (await runs.run(runId)))
    return undefined;
  const { live: _, ...counted } = bounds;
  // One that is sent again was counted when it came.
  const withdraw = hasCome(found.queue, runId) ? undefined : await countStart(context, run, counted);
  const question = {
    ...{ id: runId, text: ask.message.text, agent, bodyHash },
    ...(model !== undefined && { model }),
  };
  // If the store fails here it stays counted: whether it waits is not known.
  const changed = await changeQueue(context, run, {
    ...{ type: "add", question, isNext },
    ...(instead !== undefined && { instead }),
  });
  if (changed?.kind !== "changed") await withdraw?.();
  if (!changed) throw notFound();
  if (changed.kind !== "changed") throw refusedProblem(changed.kind);
  const { queue, run: newest } = changed;
  const mayStop = isNext && (instead === undefined || instead === newest?.runId);
  const isStopped = mayStop && newest !== undefined && queue.goesOnAfter === newest.runId;
  if (isStopped && !isEnded(newest.status)) await stopRun(context, newest.runId, "user");
  const { done } = await driveQueue(context, run);
  if (done) server.waitUntil(done);
  server.listWatch.notify(userId);
  return Response.json({ runId, queue: queueView(queue) }, { status: 202 });
}

/** It waits, or has. */
const hasCome = ({ questions, left }: QuestionQueue, runId: string): boolean =>
  [...questions, ...left].some(({ id }) => id === runId);

/** Something is to be answered before it, or it was queued before and has left the queue otherwise. */
const hasBefore = (
  { questions, left }: QuestionQueue,
  id: string,
  status: Parameters<typeof isEnded>[0] | undefined,
): boolean =>
  questions.length > 0 || left.some((each) => each.id === id) || (status !== undefined && !isEnded(status));

function refusedProblem(kind: "full" | "conflict"): ProblemError {
  if (kind === "full")
    return new ProblemError(429, "rate_limited", "too many questions wait in this conversation", {
      retryAfter: 5,
    });
  return new ProblemError(409, "run_conflict", "runId: something else was queued under this id", {
    fields: { field: "runId" },
  });
}

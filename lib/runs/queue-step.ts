import type { LeftHow, QuestionQueue, QueuedQuestion } from "../protocol/question-queue.ts";
import { isEnded, type RunStatus } from "../protocol/run-status.ts";
import type { QueueSnapshot } from "../storage/conversation-store.ts";
import type { RunMeta, SendResult } from "../storage/run-store.ts";

/**
 * What is done next with the questions that wait in a conversation (docs/protocol.md 3.16), by whichever
 * process comes to it. Each step is made of what was read, and stored only where that still holds.
 *
 * Q1. The first is asked when no run is live, in the step of the store that takes it out: it is in the queue,
 *     or it is a run.
 * Q2. The end of a run that has not finished pauses the queue: one that failed would fail with the rest too,
 *     and whoever stopped one did not mean the next. A person resumes it, or sends one of them now.
 * Q3. The same question, answered to its end after all, ends the pause.
 * Q4. What is to go into the run instead is marked first, then sent, then taken out: whoever finds it marked
 *     sends it again, which is the same message. Where the run has ended without it, it waits on.
 * Q5. What the run has left (next-question.ts) is asked before all that waits, paused or not.
 */
export type QueueStep =
  | { type: "none" }
  | { type: "save"; queue: QuestionQueue }
  | { type: "steer"; question: QueuedQuestion; runId: string }
  /** What the run has left. */
  | { type: "ask-left"; run: RunMeta }
  /** `queue`: the rest of it. */
  | { type: "ask"; question: QueuedQuestion; queue: QuestionQueue };

export function nextQueueStep({ queue, run }: QueueSnapshot): QueueStep {
  const marked = queue.questions.find(({ into }) => into !== undefined);
  if (marked?.into !== undefined) return { type: "steer", question: marked, runId: marked.into };
  if (run && !isEnded(run.status)) return { type: "none" };
  const [first] = queue.questions;
  const paused = first && run && pausedBy(run, queue);
  if (paused) return { type: "save", queue: paused };
  if (run?.unread) return { type: "ask-left", run };
  if (!first) return { type: "none" };
  const { pause, ...unpaused } = queue;
  if (pause) return isMended(pause, run) ? { type: "save", queue: nextQueue(unpaused) } : { type: "none" };
  return { type: "ask", question: first, queue: withoutQuestion(queue, first.id, "asked") };
}

/** Q2. Undefined: the end of the run changes nothing. */
function pausedBy(run: RunMeta, queue: QuestionQueue): QuestionQueue | undefined {
  const { runId, userMessageId } = run;
  const status = pausingStatus(run.status);
  if (!status || queue.pause || runId === queue.goesOnAfter) return undefined;
  return nextQueue({ ...queue, pause: { runId, userMessageId, status } });
}

/** Q3. */
const isMended = (
  { userMessageId }: NonNullable<QuestionQueue["pause"]>,
  run: RunMeta | undefined,
): boolean => run?.status === "finished" && run.userMessageId === userMessageId;

function pausingStatus(status: RunStatus): NonNullable<QuestionQueue["pause"]>["status"] | undefined {
  switch (status) {
    case "failed":
    case "interrupted":
    case "stopped":
      return status;
    default:
      return undefined;
  }
}

/** Q4. The queue once the run was told; `over`: it has ended, and has not got it. */
export function afterSteered(
  queue: QuestionQueue,
  { id }: QueuedQuestion,
  kind: SendResult["kind"],
): QuestionQueue {
  if (kind === "sent" || kind === "conflict") return withoutQuestion(queue, id, "steered");
  const questions = queue.questions.map((each) => {
    const { into: _, ...unsaid } = each;
    return each.id === id ? unsaid : each;
  });
  return nextQueue({ ...queue, questions });
}

/** How many that have left it are remembered. */
const maxLeft = 64;

export function withoutQuestion(queue: QuestionQueue, id: string, how: LeftHow): QuestionQueue {
  const { pause, ...rest } = queue;
  const questions = queue.questions.filter((each) => each.id !== id);
  return nextQueue({
    ...rest,
    questions,
    // An empty queue has nothing to go on with.
    ...(pause && questions.length > 0 && { pause }),
    left: [{ id, how }, ...queue.left].slice(0, maxLeft),
  });
}

/** What is to take the place of the queue of that version. */
export const nextQueue = (queue: QuestionQueue): QuestionQueue => ({ ...queue, version: queue.version + 1 });

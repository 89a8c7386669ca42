import type { QuestionQueue, QueuedQuestion } from "../protocol/question-queue.ts";
import { isEnded } from "../protocol/run-status.ts";
import { nextQueue, withoutQuestion } from "../runs/queue-step.ts";
import type { QueueSnapshot } from "../storage/conversation-store.ts";
import { maxUnreadLength, maxUnreadMessages } from "../storage/core/inbox-rules.ts";

/** What a person does with the questions that wait in a conversation (docs/protocol.md 3.16). */
export type QueueChange =
  /**
   * `isNext`: it comes first, and is asked next like one that is hurried. `instead`: of the run that it is
   * asked in place of; the end of another live one pauses the queue as ever.
   */
  | { type: "add"; question: QueuedQuestion; isNext?: boolean; instead?: string | null }
  /** One that has not come yet does not join it when it comes: its sender may not know whether it has. */
  | { type: "remove"; id: string }
  /** `before` null: it comes last. */
  | { type: "move"; id: string; before: string | null }
  /** It is asked next, also where the queue is paused; the end of the live run does not pause it again. */
  | { type: "hurry"; id: string }
  /** It is said into that run in place of being asked. */
  | { type: "steer"; id: string; runId: string }
  /** A paused queue goes on. */
  | { type: "resume" };

/**
 * The queue after the change; the same object where there is nothing to change, as when it was made before.
 * `full`: there is no room for the question. `conflict`: something else was queued under its id.
 */
export function changedQueue(
  { queue, run }: QueueSnapshot,
  change: QueueChange,
): QuestionQueue | "full" | "conflict" {
  switch (change.type) {
    case "add":
      return withAdded({ queue, ...(run && { run }) }, change);
    case "remove":
      return isOut(queue, change.id) ? queue : withoutQuestion(queue, change.id, "removed");
    case "move":
      return moved(queue, change.id, change.before);
    case "hurry": {
      if (!isWaiting(queue, change.id)) return queue;
      const first = queue.questions[0]?.id;
      const inFront = first === change.id ? queue : moved(queue, change.id, first ?? null);
      return { ...resumed(inFront, run), version: queue.version + 1 };
    }
    case "steer": {
      const { id, runId } = change;
      // Of one that has ended, whoever goes on with the queue finds that it is over.
      if (!run || run.runId !== runId || isEnded(run.status) || !isWaiting(queue, id)) return queue;
      const questions = queue.questions.map((each) => (each.id === id ? { ...each, into: runId } : each));
      return nextQueue({ ...queue, questions });
    }
    case "resume": {
      // The end of a live run pauses it again.
      const ended = run && isEnded(run.status) ? run : undefined;
      return queue.pause ? nextQueue(resumed(queue, ended)) : queue;
    }
    default:
      return change satisfies never;
  }
}

/** One that a run is being told is out of reach already. */
const isWaiting = ({ questions }: QuestionQueue, id: string): boolean =>
  questions.some((each) => each.id === id && each.into === undefined);

/** It has left the queue, or is about to. */
const isOut = ({ questions, left }: QuestionQueue, id: string): boolean =>
  left.some((each) => each.id === id) || questions.some((each) => each.id === id && each.into !== undefined);

function withAdded(
  { queue, run }: QueueSnapshot,
  { question, isNext = false, instead }: Extract<QueueChange, { type: "add" }>,
): QuestionQueue | "full" | "conflict" {
  const known = queue.questions.find(({ id }) => id === question.id);
  if (known) return known.bodyHash === question.bodyHash ? queue : "conflict";
  if (queue.left.some(({ id }) => id === question.id)) return queue;
  const { questions } = queue;
  const length = [question, ...questions].reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const isFull = questions.length >= maxUnreadMessages || (questions.length > 0 && length > maxUnreadLength);
  if (isFull) return "full";
  if (isNext) {
    const goesOn = run && (instead === undefined || instead === run.runId || isEnded(run.status));
    return nextQueue(resumed({ ...queue, questions: [question, ...questions] }, goesOn ? run : undefined));
  }
  return nextQueue({ ...queue, questions: [...questions, question] });
}

function moved(queue: QuestionQueue, id: string, before: string | null): QuestionQueue {
  const question = queue.questions.find((each) => each.id === id);
  if (!question || before === id) return queue;
  const others = queue.questions.filter((each) => each !== question);
  const at = others.findIndex((each) => each.id === before);
  // One that was asked meanwhile was the first: so it is asked next. Of another nobody knows where it was.
  const isAsked = queue.left.some((each) => each.id === before && each.how === "asked");
  if (before !== null && at < 0 && !isAsked) return queue;
  const missing = before === null ? others.length : 0;
  const questions = others.toSpliced(at < 0 ? missing : at, 0, question);
  const isSame = questions.every((each, at) => each === queue.questions[at]);
  return isSame ? queue : nextQueue({ ...queue, questions });
}

function resumed(paused: QuestionQueue, run: QueueSnapshot["run"]): QuestionQueue {
  const { pause: _, ...queue } = paused;
  return run ? { ...queue, goesOnAfter: run.runId } : queue;
}

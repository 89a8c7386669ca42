import type { QuestionQueue } from "../../protocol/question-queue.ts";

/**
 * What is to be done with a queue without a word of a person. Stores keep it beside the queue, so that a
 * sweep finds what is due and the end of a run knows of it. 0: nothing waits. 1: it is paused. 2: its first
 * question is asked once the conversation is free. 3: one of its questions is being said into a run.
 */
export const queueDues = [0, 1, 2, 3] as const;
export type QueueDue = (typeof queueDues)[number];

export function queueDue({ questions, pause }: Pick<QuestionQueue, "questions" | "pause">): QueueDue {
  if (questions.length === 0) return 0;
  if (questions.some(({ into }) => into !== undefined)) return 3;
  return pause ? 1 : 2;
}

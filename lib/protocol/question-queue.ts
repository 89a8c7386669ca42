import type { RunStatus } from "./run-status.ts";

/** A question that waits in its conversation to be asked (docs/protocol.md 3.16). */
export interface QueuedQuestion {
  /** Of the question, and of the run that answers it: queued or asked twice, it is one. */
  id: string;
  text: string;
  agent: string;
  model?: string;
  /** Hash of the request that queued it: that of its run. */
  bodyHash: string;
  /** The live run that it is being said into in place of being asked (3.10). */
  into?: string;
}

/** Why nothing is asked by itself: the run that ended so, and the question that it was to answer. */
interface QueuePause {
  runId: string;
  userMessageId: string;
  status: Exclude<RunStatus, "queued" | "running" | "waiting" | "stopping" | "finished">;
}

/** What became of a question that is in the queue no longer. */
export type LeftHow = "asked" | "steered" | "removed";

/** What waits in a conversation to be asked, the next one first. */
export interface QuestionQueue {
  /** Grows by one with each change: who changes it says which one it has read. */
  version: number;
  questions: readonly QueuedQuestion[];
  pause?: QueuePause;
  /** The run whose end does not pause it, however it ends. */
  goesOnAfter?: string;
  /** Those that left it last, the newest first: one that is sent again late is known by it. */
  left: readonly { id: string; how: LeftHow }[];
}

export const emptyQueue: QuestionQueue = { version: 0, questions: [], left: [] };

/** A question of the queue, as pages see it. */
export interface QueuedQuestionView {
  id: string;
  text: string;
  /** It is being sent into the live run. */
  isSteered?: true;
}

/** The queue, as pages see it. */
export interface QueueView {
  version: number;
  questions: readonly QueuedQuestionView[];
  /** How the run ended after which nothing is asked by itself; absent: the queue goes on. */
  pausedBy?: QueuePause["status"];
}

export const queueView = ({ version, questions, pause }: QuestionQueue): QueueView => ({
  version,
  questions: questions.map(({ id, text, into }) => ({
    id,
    text,
    ...(into !== undefined && { isSteered: true }),
  })),
  ...(pause && { pausedBy: pause.status }),
});

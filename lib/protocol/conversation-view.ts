import type { Choices } from "./choices.ts";
import type { Durability } from "./durability.ts";
import type { Message } from "./message.ts";
import type { QueueView } from "./question-queue.ts";
import type { RunState } from "./run-state.ts";
import type { RunStatus } from "./run-status.ts";

/** A conversation as lists show it. */
export interface ConversationSummary {
  id: string;
  title: string;
  /** Server ms. */
  createdAt: number;
  updatedAt: number;
  /** The run that is answering now. */
  activeRunId?: string;
}

/** `GET /api/conversations` (protocol 3.6): newest first; `nextCursor` leads to the older ones. */
export interface ConversationList {
  conversations: readonly ConversationSummary[];
  nextCursor?: string;
}

/** What a view is without: messages before its first one, or the end of its last answer and perhaps those. */
export type ViewRest = "older" | "answer";

/** What was said into a run and is in no event of it yet (protocol 3.10). */
export interface UnreadMessage {
  messageId: string;
  text: string;
}

interface ActiveRunView {
  runId: string;
  epoch: number;
  seq: number;
  status: RunStatus;
  state: RunState;
  /** Oldest first; absent: nothing. */
  unread?: readonly UnreadMessage[];
  /** Absent: `ok`, as far as the server that was asked can tell. */
  durability?: Exclude<Durability, "ok">;
}

/**
 * `GET /api/conversations/:id` (protocol 3.5), one atomic read: the saved messages and the live run folded to
 * `seq`. A reload is this and the events after `epoch:seq`, so its cost does not grow with the number of
 * deltas.
 */
export interface ConversationView {
  conversation: ConversationSummary;
  messages: readonly Message[];
  /** Which versions a person has chosen; absent: none, or an older build answers. */
  choices?: Choices;
  /** What a page was not rendered with (lib/conversations/first-view.ts). Absent in the API. */
  rest?: ViewRest;
  activeRun?: ActiveRunView;
  /** What waits to be asked; absent: nothing ever did. */
  queue?: QueueView;
}

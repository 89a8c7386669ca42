import type { Choices } from "../protocol/choices.ts";
import type { Message } from "../protocol/message.ts";
import type { QuestionQueue } from "../protocol/question-queue.ts";
import type { ArchivedConversation } from "./archive/archive.ts";
import type { RunMeta, RunSnapshot } from "./run-store.ts";

export interface Conversation {
  id: string;
  userId: string;
  title: string;
  createdAt: number;
  updatedAt: number;
  activeRunId?: string;
}

export interface ListPage {
  conversations: readonly Conversation[];
  /** The `cursor` of the next, older page; absent on the last one. */
  nextCursor?: string;
}

export interface ConversationSnapshot {
  conversation: Conversation;
  /**
   * All saved messages, siblings included, oldest first. The live run's answer is not among them: it is
   * `active`.
   */
  messages: readonly Message[];
  /** Which versions a person has chosen to be shown. */
  choices: Choices;
  active?: RunSnapshot;
  /** Absent: nothing was ever queued. */
  queue?: QuestionQueue;
}

/** The queue of a conversation, and where that stands. */
export interface QueueSnapshot {
  queue: QuestionQueue;
  /** The live run, else the one that ended last. */
  run?: RunMeta;
}

export interface NewestRun {
  conversationId: string;
  runId: string;
}

/** Every method takes the user who asks: another user's conversation does not exist for them. */
export interface ConversationStore {
  /** One atomic read. Null: none, deleted, or another user's. */
  get(id: string, userId: string): Promise<ConversationSnapshot | null>;
  /** The newest updated first. */
  list(userId: string, options: { cursor?: string; limit: number }): Promise<ListPage>;
  /**
   * The newest run of this agent, live or ended, in the user's `limit` conversations that were updated last.
   * Reads neither messages nor logs. Null: none.
   */
  newestRun(userId: string, agent: string, limit: number): Promise<NewestRun | null>;
  /** Sets a custom title, which no later question replaces. The order of the list stays. Null: none. */
  rename(id: string, userId: string, title: string): Promise<Conversation | null>;
  /**
   * The conversation is read through that message from now on, a saved one or what its live run writes, until
   * something is asked on another way (lib/protocol/choices.ts). The order of the list stays. Null: there is
   * no such conversation, or no such message in it.
   */
  choose(id: string, userId: string, messageId: string): Promise<Conversation | null>;
  /**
   * Hides the conversation and requests a stop of its live runs, in one atomic step, then notifies their
   * subscribers. Repeated: true until it is purged, and the undo time is not extended. False: none.
   */
  remove(id: string, userId: string): Promise<boolean>;
  /**
   * Brings a deleted conversation back, within `undoMs`; its runs stay stopped. True if it is there
   * afterwards.
   */
  restore(id: string, userId: string): Promise<boolean>;
  /** One atomic read; empty where nothing was ever queued. Null: none, deleted, or another user's. */
  queue(id: string, userId: string): Promise<QueueSnapshot | null>;
  /**
   * Stores the queue in the place of the one before it, by its version. `saved`: now, or by this very call
   * before. `changed`: another one is there by now, and stays. Null: none.
   */
  saveQueue(id: string, userId: string, queue: QuestionQueue): Promise<"saved" | "changed" | null>;
  /**
   * Adds a conversation with its runs, which have ended, and their logs: all of it or nothing. Where there is
   * one of this id, or one of its runs is elsewhere, everything stays as it is: whoever wants to know looks
   * for the run.
   */
  add(conversation: ArchivedConversation): Promise<void>;
}

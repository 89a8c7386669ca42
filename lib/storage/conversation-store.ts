import type { Message } from "../protocol/message.ts";
import type { RunSnapshot } from "./run-store.ts";

export interface Conversation {
  id: string;
  userId: string;
  title: string;
  createdAt: number;
  updatedAt: number;
  activeRunId?: string;
}

export interface ConversationPage {
  conversations: readonly Conversation[];
  /** Pass as `cursor` for the older ones. */
  nextCursor?: string;
}

export interface ConversationSnapshot {
  conversation: Conversation;
  /**
   * All saved messages, siblings included, oldest first. The live run's answer is not among them: it is
   * `active`.
   */
  messages: readonly Message[];
  active?: RunSnapshot;
}

/** Every method takes who asks: what is not theirs does not exist. */
export interface ConversationStore {
  /** One atomic read. */
  get(id: string, userId: string): Promise<ConversationSnapshot | null>;
  list(userId: string, options: { cursor?: string; limit: number }): Promise<ConversationPage>;
  /**
   * A title given by hand: none that is made of the text ever replaces it. The order of the list stays. Null:
   * none.
   */
  rename(id: string, userId: string, title: string): Promise<Conversation | null>;
  /**
   * Hides the conversation and sets a stop on its live runs, in one atomic step, then rings them. Again: true
   * until it is purged, and the undo time is not longer for it. False: none.
   */
  remove(id: string, userId: string): Promise<boolean>;
  /** Brings a deleted one back for `undoMs`; its runs stay stopped. True if it is there. */
  restore(id: string, userId: string): Promise<boolean>;
}

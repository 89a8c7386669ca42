import type { ConversationView } from "../protocol/conversation-view.ts";
import type { Durability } from "../protocol/durability.ts";
import type { Environment } from "./environment.ts";
import type { ConnectionState } from "./follow-log.ts";
import type { Turn } from "./turns.ts";

/** Everything the page shows of one conversation. A new value whenever any of it changes. */
export interface ConversationState {
  id: string;
  title: string;
  turns: readonly Turn[];
  /** A run is queued, writing or stopping: Send is Stop. */
  busy: boolean;
  stopping: boolean;
  connection: ConnectionState | { kind: "idle" };
  /** Set after a cut was mended: how long the line was away. */
  reconnectedAfterMs?: number;
  durability: Durability;
  /** `loading` until the first snapshot; `missing` when it is not there for this person. */
  phase: "loading" | "ready" | "missing" | "no-session";
}

/**
 * One conversation in the browser: follows its live run, sends, stops, and learns of runs started elsewhere.
 */
export interface ConversationStore {
  getState(): ConversationState;
  subscribe(changed: () => void): () => void;
  /** Asks a question; a no-op while the conversation is busy. Returns the run's id. */
  send(text: string): string | undefined;
  /** Answers the last question again. */
  retry(): void;
  /** Goes on from the kept partial of the last answer. */
  continueAnswer(): void;
  /** Sends what was not sent once more, under the same run id. */
  resend(): void;
  /** Takes back what was not sent, and gives its text to edit. */
  discard(): string;
  stop(): void;
  /** Tries the line at once. */
  reconnect(): void;
  /** Reads the conversation again: another tab may have asked. */
  refresh(): Promise<void>;
  /**
   * It is shown: follows its live run and watches for others. The browser calls it once the page is there.
   */
  open(): void;
  /** It is shown no more: lets its stream go, once a question under way is acknowledged. Its state stays. */
  close(): void;
}

export interface ConversationStoreOptions {
  environment: Environment;
  id: string;
  /** What the server rendered; absent for one that is to be loaded; null for a new conversation. */
  view?: ConversationView | null;
  /** The server has a question durable: its draft may go. */
  onAcknowledged?(runId: string): void;
  /** The conversation's line in the list has changed. */
  onListChange?(): void;
}

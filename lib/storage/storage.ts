import type { ConversationStore } from "./conversation-store.ts";
import type { LimitStore } from "./limit-store.ts";
import type { NoteStore } from "./note-store.ts";
import type { RunStore } from "./run-store.ts";
import type { SessionStore } from "./session-store.ts";

/**
 * What every store does (docs/protocol.md §5–6, docs/write-a-store.md). The contract suites test every store.
 * Time is always the store's. Every method rejects with `StorageError` if the store cannot answer.
 */
export interface Storage {
  /** For the health endpoint: "sqlite", "memory" … */
  readonly name: string;
  /**
   * How long deltas are coalesced before they are appended, ms; a remote store wants fewer, larger appends.
   * Absent: the default.
   */
  readonly coalesceMs?: number;
  readonly runs: RunStore;
  readonly conversations: ConversationStore;
  readonly sessions: SessionStore;
  readonly limits: LimitStore;
  readonly notes: NoteStore;
  /** Resolves if the store can be used. */
  ping(): Promise<void>;
  /**
   * Resolves if what is written is kept, as far as is known: where the last write failed, something is
   * written to find out; and if what was written before is still there, as far as the first call knew of it.
   */
  tryWrite?(): Promise<void>;
  /** Waits for writes under way. Every later call rejects. */
  close(): Promise<void>;
}

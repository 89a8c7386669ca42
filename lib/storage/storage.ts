import type { ConversationStore } from "./conversation-store.ts";
import type { LimitStore } from "./limit-store.ts";
import type { RunStore } from "./run-store.ts";
import type { SessionStore } from "./session-store.ts";

/**
 * What a store must do (docs/protocol.md §5–6). One contract suite holds every implementation to it.
 * "Now" is always the store's; every method rejects with `StorageError` when the store cannot answer.
 */
export interface Storage {
  /** "sqlite", "memory" …: shown by the health endpoint. */
  readonly name: string;
  /**
   * How long deltas are coalesced before they are appended, ms: a store that is far away asks for larger
   * batches. Absent: the model's default.
   */
  readonly coalesceMs?: number;
  readonly runs: RunStore;
  readonly conversations: ConversationStore;
  readonly sessions: SessionStore;
  readonly limits: LimitStore;
  /** Resolves if the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

import type { ConversationSummary } from "../protocol/conversation-view.ts";
import { undoMs } from "../protocol/limits.ts";

/** A conversation that was deleted and can be had back until `until`, ms by the browser's clock. */
export interface Deleted {
  id: string;
  title: string;
  until: number;
  /** Keeps its place in the list. */
  updatedAt: number;
}

/** What was deleted a moment ago, in this browser; a reload does not lose it. */
export interface Deletions {
  readonly deleted: readonly Deleted[];
  add(summary: ConversationSummary): void;
  drop(id: string): void;
  /** Reads what an earlier page has kept. */
  open(signal: AbortSignal): void;
}

const key = "rivulet-deleted";

export function createDeletions({
  storage,
  onChange,
}: {
  storage: () => Storage;
  onChange(): void;
}): Deletions {
  let deleted: readonly Deleted[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function set(next: readonly Deleted[]): void {
    const now = Date.now();
    deleted = next.filter(({ until }) => until > now);
    clearTimeout(timer);
    const soonest = Math.min(...deleted.map(({ until }) => until));
    if (deleted.length > 0) timer = setTimeout(() => set(deleted), soonest - now + 1);
    try {
      if (deleted.length > 0) storage().setItem(key, JSON.stringify(deleted));
      else storage().removeItem(key);
    } catch {
      // Refused or full: the deletion can be undone until the page is left.
    }
    onChange();
  }

  return {
    get deleted() {
      return deleted;
    },
    add: ({ id, title, updatedAt }) =>
      set([...deleted, { id, title, updatedAt, until: Date.now() + undoMs }]),
    drop: (id) => set(deleted.filter((each) => each.id !== id)),
    open(signal) {
      const kept = readKept(storage);
      if (kept.length > 0)
        set([...deleted, ...kept.filter(({ id }) => !deleted.some((each) => each.id === id))]);
      signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    },
  };
}

function readKept(storage: () => Storage): Deleted[] {
  try {
    const stored: unknown = JSON.parse(storage().getItem(key) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isDeleted) : [];
  } catch {
    return [];
  }
}

function isDeleted(value: unknown): value is Deleted {
  if (typeof value !== "object" || value === null) return false;
  const { id, title, until, updatedAt }: Partial<Record<keyof Deleted, unknown>> = value;
  return (
    typeof id === "string" &&
    typeof title === "string" &&
    typeof until === "number" &&
    typeof updatedAt === "number"
  );
}

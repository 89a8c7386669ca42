/** A conversation that was deleted and can be restored until `until`, browser ms. */
export interface DeletedConversation {
  id: string;
  title: string;
  until: number;
  /** Keeps its place in the list. */
  updatedAt: number;
}

const deletionsKey = "rivulet-deleted";

/** What was deleted in this browser and can perhaps still be restored, also after a reload. */
export function readDeletions(storage: () => Storage): DeletedConversation[] {
  try {
    const stored: unknown = JSON.parse(storage().getItem(deletionsKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isDeleted) : [];
  } catch {
    return [];
  }
}

/**
 * Keeps what this page has deleted, beside what other tabs have: `own` are those that this page kept before.
 * If the browser refuses or is full, a deletion can be undone only as long as the page lives.
 */
export function keepDeletions(
  storage: () => Storage,
  deleted: readonly DeletedConversation[],
  own: Set<string>,
): void {
  for (const { id } of deleted) own.add(id);
  const others = readDeletions(storage).filter(({ id, until }) => !own.has(id) && until > Date.now());
  const kept = [...others, ...deleted];
  try {
    if (kept.length > 0) storage().setItem(deletionsKey, JSON.stringify(kept));
    else storage().removeItem(deletionsKey);
  } catch {
    // As above.
  }
}

function isDeleted(value: unknown): value is DeletedConversation {
  if (typeof value !== "object" || value === null) return false;
  const { id, title, until, updatedAt }: Partial<Record<keyof DeletedConversation, unknown>> = value;
  return (
    typeof id === "string" &&
    typeof title === "string" &&
    typeof until === "number" &&
    typeof updatedAt === "number"
  );
}

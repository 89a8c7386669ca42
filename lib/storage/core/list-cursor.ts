/** Where a page of a user's conversations ends, in a list that is sorted by `updatedAt`, then by id. */
export interface ListPosition {
  updatedAt: number;
  id: string;
}

/** The cursor of the page after this position. */
export const encodeListCursor = ({ updatedAt, id }: ListPosition): string =>
  Buffer.from(JSON.stringify([updatedAt, id])).toString("base64url");

/** Undefined for a text that is not a cursor of ours: no page follows it. */
export function decodeListCursor(cursor: string): ListPosition | undefined {
  try {
    const [updatedAt, id]: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Number.isSafeInteger(updatedAt) && typeof id === "string"
      ? { updatedAt: Number(updatedAt), id }
      : undefined;
  } catch {
    return undefined; // Not JSON, or not a list.
  }
}

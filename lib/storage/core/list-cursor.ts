/** A place in an owner's list, newest first. */
export interface ListPosition {
  updatedAt: number;
  id: string;
}

/** The cursor for what is older than `place`. */
export const encodeListCursor = ({ updatedAt, id }: ListPosition): string =>
  Buffer.from(JSON.stringify([updatedAt, id])).toString("base64url");

/** Nothing for a text that no page gave out: there is nothing after it. */
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

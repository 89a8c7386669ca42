import { damaged } from "../../core/unreadable.ts";

/** Two ids in one text: each escaped, so that the space between them is the only one. */
const encodePair = (one: string, other: string): string =>
  `${encodeURIComponent(one)} ${encodeURIComponent(other)}`;

/** Throws `StorageError("damaged")`. */
function decodePair(text: string): [string, string] {
  try {
    const [one = "", other = ""] = text.split(" ").map(decodeURIComponent);
    return [one, other];
  } catch (cause) {
    throw damaged("pair of ids", cause);
  }
}

/** An entry of the list of live runs: what is needed to find the run. */
export const encodeWorkItem = (conversationId: string, runId: string): string =>
  encodePair(conversationId, runId);

export function decodeWorkItem(text: string): { conversationId: string; runId: string } {
  const [conversationId, runId] = decodePair(text);
  return { conversationId, runId };
}

/** Where the records of a run are, and in whose list its conversation is. */
export interface RunLocator {
  conversationId: string;
  userId: string;
}

/** What the pointer of a run holds. */
export const encodeRunLocator = ({ conversationId, userId }: RunLocator): string =>
  encodePair(conversationId, userId);

export function decodeRunLocator(text: string): RunLocator {
  const [conversationId, userId] = decodePair(text);
  return { conversationId, userId };
}

/** A user who joined another. */
export interface UserMove {
  from: string;
  to: string;
}

export const encodeMove = ({ from, to }: UserMove): string => encodePair(from, to);

export function decodeMove(text: string): UserMove {
  const [from, to] = decodePair(text);
  return { from, to };
}

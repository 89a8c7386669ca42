import type { Message } from "./message.ts";

/**
 * The conversation as it is read: from the first message on, always the newest of siblings.
 * `messages` are in the order they were saved.
 */
export function shownPath(messages: readonly Message[]): Message[] {
  const newestChild = new Map<string | null, Message>();
  for (const message of messages) newestChild.set(message.parentId, message);
  const path: Message[] = [];
  for (let next = newestChild.get(null); next; next = newestChild.get(next.id)) path.push(next);
  return path;
}

/** The messages that lead to `id`, itself included, oldest first. */
export function pathTo(messages: readonly Message[], id: string): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: Message[] = [];
  for (let at = byId.get(id); at; at = at.parentId === null ? undefined : byId.get(at.parentId))
    path.push(at);
  return path.reverse();
}

import { answerText } from "../protocol/answer-text.ts";
import type { Message } from "../protocol/message.ts";
import type { ConversationSnapshot, ConversationStore } from "../storage/conversation-store.ts";
import { isUnreadable } from "../storage/core/unreadable.ts";

export interface SearchRequest {
  userId: string;
  /** All of them occur in a message that is found, in capitals or not. */
  words: readonly string[];
  /** A conversation that is not searched. */
  exceptId: string;
  limit: number;
  signal: AbortSignal;
}

export interface FoundMessage {
  conversationId: string;
  title: string;
  role: Message["role"];
  /** Server ms. */
  at: number;
  excerpt: string;
}

/** Of each list that is read. */
const searchPageSize = 50;
/** Conversations that are looked through, the newest first. */
const maxSearched = 200;
/** Conversations that are read at the same time. */
const maxReadAtOnce = 4;
/** Found in one conversation. */
const maxOfConversation = 3;
/** Characters of an excerpt, and of those those before the word. */
const excerptLength = 240;
const excerptBefore = 80;

/**
 * Finds questions and answers in the user's saved conversations, those of the newest conversation first.
 * `isComplete` is false where older conversations were not looked at. Rejects once the signal has aborted.
 */
export async function searchConversations(
  store: Pick<ConversationStore, "list" | "get">,
  { userId, words, exceptId, limit, signal }: SearchRequest,
): Promise<{ matches: FoundMessage[]; isComplete: boolean }> {
  const wanted = words.map(comparable);
  const matches: FoundMessage[] = [];
  let searched = 0;
  let cursor: string | undefined;
  do {
    const page = await store.list(userId, { limit: searchPageSize, ...(cursor !== undefined && { cursor }) });
    const ids = page.conversations.map(({ id }) => id).filter((id) => id !== exceptId);
    for (let from = 0; from < ids.length; from += maxReadAtOnce) {
      signal.throwIfAborted();
      const some = ids.slice(from, from + maxReadAtOnce);
      const found = await Promise.all(some.map((id) => readReadable(store, id, userId)));
      matches.push(...found.flatMap((snapshot) => (snapshot ? matchesIn(snapshot, wanted) : [])));
      if (matches.length >= limit) return { matches: matches.slice(0, limit), isComplete: true };
    }
    searched += page.conversations.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined && searched < maxSearched);
  return { matches, isComplete: cursor === undefined };
}

/** One that cannot be read hides no other. */
async function readReadable(
  store: Pick<ConversationStore, "get">,
  id: string,
  userId: string,
): Promise<ConversationSnapshot | null> {
  try {
    return await store.get(id, userId);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return null;
  }
}

/** The newest first. A word may stand in the title. */
function matchesIn(
  { conversation, messages }: ConversationSnapshot,
  wanted: readonly string[],
): FoundMessage[] {
  const { id, title } = conversation;
  const inTitle = comparable(title);
  const found = messages.toReversed().flatMap((message) => {
    const text = textOfMessage(message);
    const compared = comparable(text);
    const first = wanted.find((word) => compared.includes(word));
    const isMatch =
      first !== undefined && wanted.every((word) => compared.includes(word) || inTitle.includes(word));
    if (!isMatch) return [];
    const excerpt = excerptOf(text, first);
    return [{ conversationId: id, title, role: message.role, at: message.createdAt, excerpt }];
  });
  return found.slice(0, maxOfConversation);
}

const textOfMessage = (message: Message): string =>
  message.role === "user" ? message.text : answerText(message.parts);

/** Full-width letters and capitals are the same as others. */
const comparable = (text: string): string => text.normalize("NFKC").toLowerCase();

function excerptOf(text: string, word: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(word));
  const from = Math.max(0, at - excerptBefore);
  const cut = text
    .slice(from, from + excerptLength)
    .toWellFormed()
    .replaceAll("\ufffd", "")
    .trim();
  return `${from > 0 ? "…" : ""}${cut}${from + excerptLength < text.length ? "…" : ""}`;
}

import { isInvisible } from "./is-invisible.ts";
import type { AssistantMessage, Message, Part } from "./message.ts";

/*
 * Which of several messages under one message a conversation is read with, and so which one a model is sent:
 * answers to a question, or questions in several versions. The page and the stores share these rules, and a
 * person's choice (choices.ts) is before them. Messages are in the order they were saved.
 *
 * 1. An answer that a later question was asked under, or that is whole, wins; of several the one with the
 *    newest of either. So an Again on another answer than the one that was talked on under leads to the new
 *    answer: whoever asked for it was there. The talk is among its siblings, as any that is not shown.
 * 2. One that failed, was stopped, cut off, refused or is empty takes no earlier answer's place: where none
 *    is whole, the first that has anything to read stays. Where none has, the newest says what is wrong.
 */

/** What is shown of siblings whatever the rules say; undefined for what they say. */
type PickMessage = (siblings: readonly Message[]) => Message | undefined;

/** The conversation from the first message on, by the rules above. */
export function shownPath(messages: readonly Message[], pick?: PickMessage): Message[] {
  const children = childrenOf(messages);
  let reach: ReadonlyMap<string, number> | undefined;
  const path: Message[] = [];
  for (let siblings = children.get(null); siblings; siblings = children.get(path.at(-1)?.id ?? null)) {
    const [only, second] = siblings;
    const next = second ? (pick?.(siblings) ?? shownOf(siblings, (reach ??= reachOf(messages)))) : only;
    if (next) path.push(next);
  }
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

/** Where a question is to stand, and what whoever asks has seen of the conversation. */
interface AskedAt {
  /** The message that it joins, null for none; absent: where the conversation is read to. */
  parentMessageId?: string | null | undefined;
  /** The newest message that was seen on that way, null for none; absent: the one that it joins. */
  seen?: string | null | undefined;
}

/**
 * The message that a new question joins. Undefined: there are newer messages than those that were seen, or
 * no such answer. With `seen` it may be any answer, or none: the question begins a branch there.
 */
export function joinedMessage(
  messages: readonly Message[],
  { parentMessageId, seen = parentMessageId }: AskedAt,
  pick?: PickMessage,
): string | null | undefined {
  if (seen === null ? messages.length > 0 : seen !== undefined && !isNewest(messages, seen)) return undefined;
  if (parentMessageId === undefined) return shownPath(messages, pick).at(-1)?.id ?? null;
  return parentMessageId === null || isSavedAnswer(messages, parentMessageId) ? parentMessageId : undefined;
}

/** Nothing came under it; of a question whose answer was lost nothing will. */
const isNewest = (messages: readonly Message[], id: string): boolean =>
  messages.some((message) => message.id === id) && !messages.some(({ parentId }) => parentId === id);

const isSavedAnswer = (messages: readonly Message[], id: string): boolean =>
  messages.some((message) => message.id === id && message.role === "assistant");

/** It is an answer that nothing was asked under. */
export const endsBranch = (messages: readonly Message[], id: string): boolean =>
  isSavedAnswer(messages, id) && !messages.some(({ parentId }) => parentId === id);

/** A later question was asked under it. */
export const isAskedUnder = (messages: readonly Message[], id: string): boolean =>
  messages.some(({ parentId, role }) => parentId === id && role === "user");

/**
 * An answer with something in it that answers, which its model ended by itself or is still writing. Every
 * question is whole.
 */
export function isWhole(message: Message): boolean {
  if (message.role === "user") return true;
  const { ending, parts } = message;
  if (ending && ending.type !== "finish") return false;
  const isCut = ending && (ending.finishReason === "length" || ending.finishReason === "content-filter");
  return !isCut && parts.some((part) => part.type !== "refusal" && isReadable(part));
}

/** There is something to read besides reasoning, sources and who writes. */
export const hasAnswer = (message: Message): boolean =>
  message.role === "user" || message.parts.some(isReadable);

/** An answer that ended because it and its question were more than the model takes, with words or without. */
export const endedTooLong = ({ ending }: AssistantMessage): boolean =>
  ending?.type === "error" && ending.code === "context-too-long";

/** One of these without a word: its question was too long by itself. */
export const wasTooLong = (message: Message): boolean =>
  message.role === "assistant" && endedTooLong(message) && !hasAnswer(message);

const isReadable = (part: Part): boolean =>
  !besides.has(part.type) && (!("text" in part) || !isInvisible(part.text));

const besides: ReadonlySet<Part["type"]> = new Set(["reasoning", "source-url", "handoff"]);

function childrenOf(messages: readonly Message[]): Map<string | null, Message[]> {
  const children = new Map<string | null, Message[]>();
  for (const message of messages) {
    const siblings = children.get(message.parentId);
    if (siblings) siblings.push(message);
    else children.set(message.parentId, [message]);
  }
  return children;
}

/** By id, the place of the newest whole message from there on; absent where there is none. Linear. */
function reachOf(messages: readonly Message[]): Map<string, number> {
  const reach = new Map<string, number>();
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const [at, message] of [...messages.entries()].reverse()) {
    if (!isWhole(message)) continue;
    // An answer that a question has joined stands behind what was asked under it before.
    for (let each: Message | undefined = message; each && !reach.has(each.id); ) {
      reach.set(each.id, at);
      each = byId.get(each.parentId ?? "");
    }
  }
  return reach;
}

function shownOf(siblings: readonly Message[], reach: ReadonlyMap<string, number>): Message | undefined {
  let shown: Message | undefined;
  for (const each of siblings)
    if ((reach.get(each.id) ?? -1) > (shown ? (reach.get(shown.id) ?? -1) : -1)) shown = each;
  return shown ?? siblings.find(hasAnswer) ?? siblings.at(-1);
}

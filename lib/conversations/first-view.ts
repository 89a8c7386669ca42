import { pickBy } from "../protocol/choices.ts";
import type { ConversationView, ViewRest } from "../protocol/conversation-view.ts";
import type { AssistantMessage, Message, Part } from "../protocol/message.ts";
import { shownPath } from "../protocol/shown-path.ts";
import { isHighSurrogate } from "../protocol/surrogates.ts";

/** Characters of JSON: several screens, which a server renders in some 100 ms. */
const maxShown = 48_000;
/** The browser goes on from the fold of a live run, which cannot be cut. */
const maxLive = 256_000;

/**
 * What a page is rendered with: the newest messages that are shown, whatever is stored. Of an answer that is
 * longer than that by itself, its beginning, for that is where a page opens. The browser asks for the rest.
 */
export function firstView(view: ConversationView): ConversationView {
  const { activeRun, messages, ...head } = view;
  const live = activeRun ? JSON.stringify(activeRun.state).length : 0;
  const isLiveShown = activeRun !== undefined && live <= maxLive;
  const left = isLiveShown ? Math.max(0, maxShown - live) : maxShown;
  if (isLiveShown === (activeRun !== undefined) && jsonLength(messages, left) <= left) return view;
  const shown = shownPath(messages, pickBy(head.choices ?? {}));
  return { ...head, ...newest(shown, left), ...(isLiveShown && { activeRun }) };
}

/** The end of the shown path that `max` has room for, but at least its last turn. */
function newest(
  shown: readonly Message[],
  max: number,
): Required<Pick<ConversationView, "messages" | "rest">> {
  const kept: Message[] = [];
  let rest: ViewRest = "older";
  let left = max;
  for (const message of shown.toReversed()) {
    const length = JSON.stringify(message).length;
    // An answer is nothing without its question.
    const isNeeded = kept.length === 0 || (message.role === "user" && kept.length === 1);
    if (length > left && !isNeeded) break;
    const isCut = length > left && message.role === "assistant";
    if (isCut) rest = "answer";
    kept.push(isCut ? firstParts(message, left) : message);
    left = Math.max(0, left - length);
  }
  if (kept.at(-1)?.role === "assistant" && kept.length > 1) kept.pop();
  kept.reverse();
  return { messages: kept.map((message, at) => (at === 0 ? { ...message, parentId: null } : message)), rest };
}

/** Of as many messages as it takes to be more than `max`. */
function jsonLength(messages: readonly Message[], max: number): number {
  let length = 0;
  for (const message of messages) {
    if (length > max) break;
    length += JSON.stringify(message).length;
  }
  return length;
}

function firstParts(answer: AssistantMessage, max: number): AssistantMessage {
  const parts: Part[] = [];
  let left = max;
  for (const part of answer.parts) {
    const length = JSON.stringify(part).length;
    if (length <= left) parts.push(part);
    else if ("text" in part) parts.push({ ...part, text: firstText(part.text, left) });
    left -= length;
    if (left <= 0) break;
  }
  return { ...answer, parts };
}

const firstText = (text: string, max: number): string =>
  text.slice(0, isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max);

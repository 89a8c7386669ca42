import type { ModelMessage } from "../models/model-message.ts";
import { messageTokens } from "./message-tokens.ts";

/*
 * Leaves the oldest turns out of what a model is sent, so that this never grows without bound. Owns the place
 * of the cut; what the messages say is decided before (model-input.ts), and that they are a history which
 * providers accept (repair.ts). A turn is a question with all that came of it.
 *
 * 1. What is kept is an end of the history, unchanged, from where a turn begins: no call is parted from its
 *    results. The system message stands before it and is never left out.
 * 2. The newest turn is kept, even where it alone is over the budget.
 * 3. Apart from that, what is kept is within the budget.
 * 4. The cut depends on the history and the budget alone: any process finds the same at any time.
 * 5. As a history grows, the cut only moves on, and only where what is kept is over the budget; then to where
 *    `keptShare` of it is left. Between two moves each request begins with the one before it: providers find
 *    it in their caches.
 */

/** What a request may hold, the system message among it. Absent: any number. */
export interface TrimBudget {
  tokens?: number;
  messages?: number;
}

/** Of the budget, what is kept after a cut: with more, the next one is soon; with less, much is forgotten. */
const keptShare = 0.7;

/**
 * The newest turns of a repaired history that fit. `besideTokens`: of what stands at its end in this request
 * and in no later one, and moves no cut (5). One pass over the lengths of the texts.
 */
export function trim(
  messages: readonly ModelMessage[],
  budget: TrimBudget,
  { besideTokens = 0 } = {},
): readonly ModelMessage[] {
  return withoutOldest(messages, countLeftOut(messages, budget, besideTokens));
}

/** Without so many of the oldest; the system message is none of them. */
export function withoutOldest(messages: readonly ModelMessage[], count: number): readonly ModelMessage[] {
  if (count === 0) return messages;
  const first = afterSystem(messages);
  return [...messages.slice(0, first), ...messages.slice(first + count)];
}

const afterSystem = (messages: readonly ModelMessage[]): number => (messages[0]?.role === "system" ? 1 : 0);

/**
 * Goes through the history from its beginning, as the requests did that it is made of: at each message the
 * cut is where it was for a history that ends there. (4)
 */
function countLeftOut(messages: readonly ModelMessage[], budget: TrimBudget, besideTokens: number): number {
  const first = afterSystem(messages);
  const space = spaceBehind(messages.slice(0, first), budget);
  const tokens = messages.map(messageTokens);
  const turns = messages.flatMap((message, at) => (beginsTurn(message) ? [at] : []));
  let cut = first;
  let keptTokens = 0;
  let turn = 0;

  const exceeds = (at: number, share: number): boolean =>
    keptTokens > space.tokens * share || at + 1 - cut > space.messages * share;

  /** To the next turn that has begun. */
  function moveOn(at: number): boolean {
    while ((turns[turn] ?? at + 1) <= cut) turn += 1;
    const next = turns[turn];
    if (next === undefined || next > at) return false;
    for (; cut < next; cut += 1) keptTokens -= tokens[cut] ?? 0;
    return true;
  }

  for (let at = first; at < messages.length; at += 1) {
    keptTokens += tokens[at] ?? 0;
    if (at === messages.length - 1) keptTokens -= besideTokens;
    let isMoving = exceeds(at, 1);
    while (isMoving && moveOn(at)) isMoving = exceeds(at, keptShare);
  }
  return cut - first;
}

function spaceBehind(
  system: readonly ModelMessage[],
  { tokens = Infinity, messages = Infinity }: TrimBudget,
): Required<TrimBudget> {
  const used = system.reduce((sum, message) => sum + messageTokens(message), 0);
  return { tokens: Math.max(0, tokens - used), messages: Math.max(0, messages - system.length) };
}

const beginsTurn = (message: ModelMessage): boolean => message.role === "user" && !message.isWithinTurn;

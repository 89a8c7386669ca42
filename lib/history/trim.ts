import type { ModelMessage } from "../models/model-message.ts";
import { messageTokens } from "./message-tokens.ts";
import { shortenOutput } from "./written-by-others.ts";

/*
 * Leaves the oldest turns out of what a model is sent, so that this never grows without bound. Owns the place
 * of the cut; what the messages say is decided before (model-input.ts), and that they are a history which
 * providers accept (repair.ts). A turn is a question with all that came of it.
 *
 * 1. What is kept is an end of the history, from where a turn begins: no call is parted from its results. The
 *    system message stands before it and is never left out.
 * 2. The newest turn is kept. Where it alone is over the budget, its oldest outputs of tools are shortened,
 *    and say so; those that its model has not seen yet only where that is not enough. Nothing else of what
 *    is kept is changed, least of all a question.
 * 3. Apart from the other texts of the newest turn, what is kept is within the budget.
 * 4. The cut and the lengths depend on the history and the budget alone: any process finds the same at any
 *    time.
 * 5. As a history grows, the cut only moves on, and outputs only become shorter, and only where what is kept
 *    is over the budget; then until `keptShare` of it is left. Between two moves each request begins with the
 *    one before it: providers find it in their caches.
 */

/** What a request may hold, the system message among it. Absent: any number. */
export interface TrimBudget {
  tokens?: number;
  messages?: number;
}

/** Of the budget, what is kept after a cut: with more, the next one is soon; with less, much is forgotten. */
const keptShare = 0.7;

/** Characters that are left of an output which its model has seen: first so many, then none. */
const seenLengths = [1000, 0] as const;

/** Of the newest outputs: the first of these with which all of it is within the budget. */
const unseenLengths = [32_000, 16_000, 8000, 4000, 2000, 1000, 400] as const;

/**
 * The newest turns of a repaired history that fit. `besideTokens`: of what stands at its end in this request
 * and in no later one, and moves no cut (5). One pass over the lengths of the texts.
 */
export function trim(
  messages: readonly ModelMessage[],
  budget: TrimBudget,
  { besideTokens = 0 } = {},
): readonly ModelMessage[] {
  const { leftOut, outputs } = fit(messages, budget, besideTokens);
  return withoutOldest(
    outputs.size === 0 ? messages : messages.map((each) => outputs.get(each) ?? each),
    leftOut,
  );
}

/** Without so many of the oldest; the system message is none of them. */
export function withoutOldest(messages: readonly ModelMessage[], count: number): readonly ModelMessage[] {
  if (count === 0) return messages;
  const first = afterSystem(messages);
  return [...messages.slice(0, first), ...messages.slice(first + count)];
}

/** How many outputs of tools are shorter in `kept`, an end of `messages`. */
export function countShortened(messages: readonly ModelMessage[], kept: readonly ModelMessage[]): number {
  const offset = messages.length - kept.length;
  return kept.reduce((sum, message, at) => {
    const before = messages[at + offset];
    if (message.role !== "tool" || before?.role !== "tool" || before === message) return sum;
    return sum + message.content.filter(({ output }, n) => output !== before.content[n]?.output).length;
  }, 0);
}

const afterSystem = (messages: readonly ModelMessage[]): number => (messages[0]?.role === "system" ? 1 : 0);

interface Fitted {
  /** How many of the oldest are cut off. */
  leftOut: number;
  /** What stands in the place of messages with long outputs. */
  outputs: ReadonlyMap<ModelMessage, ModelMessage>;
}

/**
 * Goes through the history from its beginning, as the requests did that it is made of: at each message the
 * cut is where it was for a history that ends there. (4)
 */
function fit(messages: readonly ModelMessage[], budget: TrimBudget, besideTokens: number): Fitted {
  const first = afterSystem(messages);
  const space = spaceBehind(messages.slice(0, first), budget);
  const tokens = messages.map(messageTokens);
  const turns = messages.flatMap((message, at) => (beginsTurn(message) ? [at] : []));
  const outputs = createOutputs(messages, tokens);
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
    outputs.see(at);
    if (at === messages.length - 1) keptTokens -= besideTokens;
    let isMoving = exceeds(at, 1);
    while (isMoving && moveOn(at)) isMoving = exceeds(at, keptShare);
    const excess = (share: number): number => keptTokens - space.tokens * share;
    if (excess(1) > 0) keptTokens -= outputs.shorten(cut, excess(keptShare), excess(1));
  }
  return { leftOut: cut - first, outputs: outputs.shorter };
}

interface Outputs {
  readonly shorter: ReadonlyMap<ModelMessage, ModelMessage>;
  /** The history goes on with this message. */
  see(at: number): void;
  /** Behind the cut, and by so many tokens if there are as many; how many it came to. */
  shorten(cut: number, tokens: number, minTokens: number): number;
}

/** The outputs of a history, and how much is left of them; `tokens` of its messages are kept right. (2) */
function createOutputs(messages: readonly ModelMessage[], tokens: number[]): Outputs {
  const shorter = new Map<ModelMessage, ModelMessage>();
  /** Those that hold outputs, up to where the history goes. */
  const toolMessages: number[] = [];
  /** How many of `toolMessages` have no more than that length. */
  const passed = seenLengths.map(() => 0);
  /** How many of `unseenLengths` the newest was found to be too long with. */
  let newest = { at: -1, passed: 0 };

  function cutTo(at: number, length: number): number {
    const [message, before = 0] = [messages[at], tokens[at]];
    if (message?.role !== "tool") return 0;
    const content = message.content.map((result) => ({
      ...result,
      output: shortenOutput(result.output, length),
    }));
    if (content.every(({ output }, n) => output === message.content[n]?.output)) return 0;
    const cut: ModelMessage = { role: "tool", content };
    const after = messageTokens(cut);
    // It never becomes longer than it was cut to before.
    if (after >= before) return 0;
    shorter.set(message, cut);
    tokens[at] = after;
    return before - after;
  }

  /** All but the newest, the oldest first. */
  function shortenSeen(cut: number, wanted: number): number {
    let saved = 0;
    for (const [pass, length] of seenLengths.entries()) {
      let next = passed[pass] ?? 0;
      for (; next < toolMessages.length - 1 && saved < wanted; next += 1) {
        const at = toolMessages[next] ?? 0;
        if (at >= cut) saved += cutTo(at, length);
      }
      passed[pass] = next;
    }
    return saved;
  }

  function shortenNewest(cut: number, wanted: number): number {
    const at = toolMessages.at(-1) ?? -1;
    if (at < cut) return 0;
    if (newest.at !== at) newest = { at, passed: 0 };
    let saved = 0;
    for (; saved < wanted && newest.passed < unseenLengths.length; newest.passed += 1)
      saved += cutTo(at, unseenLengths[newest.passed] ?? 0);
    return saved;
  }

  return {
    shorter,
    see: (at) => void (messages[at]?.role === "tool" && toolMessages.push(at)),
    shorten(cut, wanted, minWanted) {
      const saved = shortenSeen(cut, wanted);
      return saved >= minWanted ? saved : saved + shortenNewest(cut, minWanted - saved);
    },
  };
}

function spaceBehind(
  system: readonly ModelMessage[],
  { tokens = Infinity, messages = Infinity }: TrimBudget,
): Required<TrimBudget> {
  const used = system.reduce((sum, message) => sum + messageTokens(message), 0);
  return { tokens: Math.max(0, tokens - used), messages: Math.max(0, messages - system.length) };
}

const beginsTurn = (message: ModelMessage): boolean => message.role === "user" && !message.isWithinTurn;

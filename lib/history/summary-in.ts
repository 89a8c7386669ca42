import type { ModelMessage } from "../models/model-message.ts";
import type { Message } from "../protocol/message.ts";
import { textHash } from "../protocol/text-hash.ts";
import { messageTokens, textTokens } from "./message-tokens.ts";
import { modelInput, withoutTooLong } from "./model-input.ts";
import { markedAsOthers } from "./written-by-others.ts";

/** A summary that stands for the beginning of a path. */
export interface KnownSummary {
  /** The last message that it stands for. */
  upTo: string;
  /** Where the messages begin that it does not stand for. */
  from: number;
  text: string;
  isOutside: boolean;
  messageCount: number;
}

/** Of what a request may hold: more is summarised, or a summary that there is stands for some of it. */
const dueShare = 0.75;

/**
 * The summary that counts in the last question of a path, by the path and the budget of a request (tokens)
 * alone: none, where all that was said up to that question fits well; else the one that stands for least of
 * those with which it does; else the one that stands for most. A summary that was made for a model which
 * takes less thus takes nothing away from one that takes more. As a path grows, what did not fit never does
 * again: what is sent moves on only, and never within an answer.
 */
export function summaryIn(path: readonly Message[], budget: number): KnownSummary | undefined {
  const known = knownSummaries(path);
  let chosen = known.pop();
  if (!chosen || exceedsDue(path, chosen, budget)) return chosen;
  while (chosen) {
    const next = known.pop();
    if (exceedsDue(path, next, budget)) return chosen;
    chosen = next;
  }
  return undefined;
}

/** What is sent up to the last question, behind that summary if there is one, is more than fits well. */
export function exceedsDue(
  path: readonly Message[],
  summary: KnownSummary | undefined,
  budget: number,
): boolean {
  if (budget === Infinity) return false;
  const question = path.findLastIndex(({ role }) => role === "user");
  const turns = turnsIn(withoutTooLong(path.slice(summary?.from ?? 0, question + 1)));
  let left = dueShare * budget - (summary ? textTokens(summaryWords(summary)) : 0);
  return left < 0 || turns.reverse().some((turn) => (left -= turnTokens(turn)) < 0);
}

/** Each is a question with what came of it. */
export function turnsIn(path: readonly Message[]): Message[][] {
  const turns: Message[][] = [];
  for (const message of path) {
    const last = turns.at(-1);
    if (message.role === "user" || !last) turns.push([message]);
    else last.push(message);
  }
  return turns;
}

export const turnTokens = (turn: readonly Message[]): number =>
  modelInput(turn).reduce((sum, message) => sum + messageTokens(message), 0);

/**
 * Those that an answer before the last question has, the one that stands for least first. In the answer that
 * one was made beside, and in what continues that, what was sent before stays as it is.
 */
export function knownSummaries(path: readonly Message[]): KnownSummary[] {
  const question = path.findLastIndex(({ role }) => role === "user");
  const known = new Map<number, KnownSummary>();
  for (const [at, message] of path.slice(0, Math.max(0, question)).entries()) {
    if (message.role !== "assistant" || message.summary?.text === undefined) continue;
    const { upTo, text, isOutside = false, messageCount } = message.summary;
    const from = path.findLastIndex(({ id }, n) => n < at && id === upTo) + 1;
    if (from > 0) known.set(from, { upTo, text, isOutside, messageCount, from });
  }
  return [...known.values()].toSorted((one, other) => one.from - other.from);
}

/** As a model reads it: no instruction, and nothing that anybody has just said. */
export function summaryWords({ text, isOutside }: Pick<KnownSummary, "text" | "isOutside">): string {
  const mark = textHash(text);
  const notes = isOutside ? markedAsOthers(text) : text;
  return `<summary-of-earlier-messages id="${mark}" note="${summaryNote}">\n${notes}\n</summary-of-earlier-messages id="${mark}">`;
}

const summaryNote =
  "Notes of what was said before the following, made for you. The person does not see them, and does not ask with them.";

/**
 * In front of the first message of a person: no provider minds, and what others wrote never stands among the
 * instructions.
 */
export function withSummary(
  messages: readonly ModelMessage[],
  summary: KnownSummary,
): readonly ModelMessage[] {
  const first = messages[0]?.role === "system" ? 1 : 0;
  const message = messages[first];
  const words = { type: "text", text: summaryWords(summary) } as const;
  if (message?.role !== "user")
    return [
      ...messages.slice(0, first),
      { role: "user", content: [words], isWithinTurn: true },
      ...messages.slice(first),
    ];
  const [asked, ...more] = message.content;
  // One text: some servers know no list of them.
  const content = [{ ...words, text: [words.text, asked?.text ?? ""].join("\n\n") }, ...more];
  return [...messages.slice(0, first), { ...message, content }, ...messages.slice(first + 1)];
}

import type { Message } from "../protocol/message.ts";
import { outsideCalls } from "../protocol/outside-calls.ts";
import { withoutTooLong } from "./model-input.ts";
import { exceedsDue, knownSummaries, turnsIn, turnTokens } from "./summary-in.ts";
import { countHeld, type SummarizedPart } from "./summary-request.ts";

/*
 * When the beginning of a conversation is to be summarised, and how much of it. By the path and the budget
 * alone:
 *
 * 1. Once what is behind the summary that stands for most is more than fits well (summary-in.ts): before
 *    anything has to be left out.
 * 2. Then whole turns, up to where the newest of them take `restShare` of it; never the newest question, and
 *    no more than the request for it holds wholly: what a summary stands for, it was made of. Where that is
 *    not even the oldest turn, none is made, and the oldest turns are left out as they would be (trim.ts).
 * 3. One that failed is tried again some questions later.
 */

const restShare = 0.4;
/** Less of the budget is not worth a request. */
const minShare = 0.1;
/** Answers behind a failed one before it is tried again. */
const restAnswers = 3;

export interface SummaryPlan extends SummarizedPart {
  /** What it is to stand for: all up to this message. */
  upTo: string;
  messageCount: number;
  /** Something of it was written by others. */
  isOutside: boolean;
}

/** `budget`: what a request may hold, tokens. Undefined: none is due. */
export function planSummary(path: readonly Message[], budget: number): SummaryPlan | undefined {
  if (budget === Infinity || hasJustFailed(path)) return undefined;
  const previous = knownSummaries(path).at(-1);
  if (!exceedsDue(path, previous, budget)) return undefined;
  const from = previous?.from ?? 0;
  // A question that was too long is in no request, nor is it in this one.
  const turns = turnsIn(withoutTooLong(path.slice(from)));
  const tokens = turns.map(turnTokens);
  const count = Math.min(countOldest(tokens, restShare * budget), countHeld(turns, previous, budget));
  const messages = turns.slice(0, count).flat();
  const upTo = messages.at(-1)?.id;
  const taken = tokens.slice(0, count).reduce((sum, each) => sum + each, 0);
  if (upTo === undefined || taken < minShare * budget) return undefined;
  return {
    ...{ messages, upTo, messageCount: path.findLastIndex(({ id }) => id === upTo) + 1 },
    ...(previous && { previous }),
    isOutside: previous?.isOutside === true || messages.some(holdsOthers),
  };
}

const hasJustFailed = (path: readonly Message[]): boolean =>
  path
    .filter(({ role }) => role === "assistant")
    .slice(-restAnswers)
    .some(
      (message) => message.role === "assistant" && message.summary?.text === undefined && message.summary,
    );

const holdsOthers = (message: Message): boolean =>
  message.role === "assistant" && outsideCalls(message.parts).size > 0;

/** How many are left when the newest take no more than `budget`; the newest one counts whatever it takes. */
function countOldest(tokens: readonly number[], budget: number): number {
  let count = tokens.length - 1;
  let kept = tokens[count] ?? 0;
  while (count > 0 && kept + (tokens[count - 1] ?? 0) <= budget) kept += tokens[(count -= 1)] ?? 0;
  return Math.max(0, count);
}

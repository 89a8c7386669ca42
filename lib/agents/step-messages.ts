import { textTokens } from "../history/message-tokens.ts";
import { modelInput } from "../history/model-input.ts";
import {
  type KnownSummary,
  knownSummaries,
  summaryIn,
  summaryWords,
  withSummary,
} from "../history/summary-in.ts";
import { countShortened, type TrimBudget, trim, withoutOldest } from "../history/trim.ts";
import { continuationPrompt } from "../models/continuation-prompt.ts";
import type { ModelMessage } from "../models/model-message.ts";
import { continueMessage } from "../protocol/continue-message.ts";
import type { Message, Part } from "../protocol/message.ts";
import { messageOf } from "../protocol/message-of.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { Agent } from "./agent.ts";
import type { LeftStep, NewStep } from "./next-step.ts";
import { outputPrompt } from "./output/output-request.ts";

/** All that decides what a step sends its model. */
export interface StepRequestFacts {
  next: Pick<NewStep, "type" | "index" | "fault" | "isLast"> | Pick<LeftStep, "type" | "stepId">;
  agent: Pick<Agent, "instructions" | "output" | "planEvery">;
  /** Before the step, as its loop sees the run. */
  state: RunState;
  /** The messages that lead to the answer. */
  history: readonly Message[];
  /** The model goes on by itself with an answer that stands last. */
  prefills: boolean;
  /** What a request may hold of it; absent: all. */
  budget?: TrimBudget;
  /** In place of the budget: how many of the oldest messages are left out. */
  leftOut?: number;
  /** In place of the budget too: the last message that a summary stands for; "": none does. */
  summarized?: string;
}

export interface StepMessages {
  messages: readonly ModelMessage[];
  /** How many of the oldest are not among them. */
  leftOut: number;
  /** How many outputs of tools are shorter in them. */
  shortened: number;
  /** The last message that a summary stands for in them; absent: none does. */
  summarized?: string;
  /** The parts of this answer that are among them. */
  written: readonly Part[];
  /** The model is to go on with the last answer. */
  continues: boolean;
}

/** What a step sends its model. Pure: from the same log it is the same for ever. */
export function stepMessages(facts: StepRequestFacts): StepMessages {
  const { next, agent, state, history, prefills } = facts;
  const dropped = next.type === "reset" ? next.stepId : undefined;
  const written = state.parts.filter((part) => part.stepId !== dropped);
  const path = pathWith(history, state, written);
  // A run that continues an answer has that answer as the newest message.
  const continues = next.type === "continue" || (written.length === 0 && path.at(-1)?.role === "assistant");
  const words = wordsBeside(next, agent);
  const summary = summaryFor(path, facts);
  const input = modelInput(path.slice(summary?.from ?? 0), { continues, prefills, words });
  const all: ModelMessage[] = [{ role: "system", content: systemPromptOf(agent) }, ...input];
  const kept = trimmed(all, facts, {
    once: isPrompted(input) ? words + continuationPrompt : words,
    always: summary ? summaryWords(summary) : "",
  });
  return {
    messages: summary ? withSummary(kept, summary) : kept,
    leftOut: all.length - kept.length,
    shortened: countShortened(all, kept),
    ...(summary && { summarized: summary.upTo }),
    ...{ written, continues },
  };
}

const summaryFor = (
  path: readonly Message[],
  { budget, summarized }: Pick<StepRequestFacts, "budget" | "summarized">,
): KnownSummary | undefined =>
  summarized === undefined
    ? summaryIn(path, budget?.tokens ?? Infinity)
    : knownSummaries(path).find(({ upTo }) => upTo === summarized);

/** The model is told to go on with its last answer. */
function isPrompted(input: readonly ModelMessage[]): boolean {
  const last = input.at(-1);
  return last?.role === "user" && last.isWithinTurn === true && last.content[0]?.text === continuationPrompt;
}

/** `once`: words that no later request holds; `always`: words that each one does. */
function trimmed(
  messages: readonly ModelMessage[],
  { budget = {}, leftOut }: Pick<StepRequestFacts, "budget" | "leftOut">,
  { once, always }: { once: string; always: string },
): readonly ModelMessage[] {
  if (leftOut !== undefined) return withoutOldest(messages, leftOut);
  const { tokens = Infinity } = budget;
  // It stands in one text with a question, behind an empty line.
  const ahead = always === "" ? 0 : textTokens(always) + 2;
  const left = { ...budget, tokens: Math.max(0, tokens - ahead) };
  return trim(messages, left, { besideTokens: textTokens(once) });
}

/** What a model is told beside the conversation. */
function wordsBeside(
  next: StepRequestFacts["next"],
  { planEvery }: Pick<StepRequestFacts["agent"], "planEvery">,
): string {
  if (next.type !== "start") return "";
  const isDue = planEvery !== undefined && next.index > 0 && next.index % planEvery === 0 && !next.isLast;
  const words = [next.fault ?? "", isDue ? planPrompt : "", next.isLast ? lastStepPrompt : ""];
  return words.filter((text) => text !== "").join("\n\n");
}

const planPrompt =
  "Before you go on, look at your plan again: write a new <plan> with what is known by now, and what is left to do.";

const lastStepPrompt =
  "You have reached the maximum number of iterations. Answer now with what you have found out, and call no tool.";

const systemPromptOf = ({ instructions, output }: StepRequestFacts["agent"]): string =>
  output ? `${instructions}\n\n${outputPrompt(output)}` : instructions;

/** One answer, whichever runs and holders wrote it. */
function pathWith(
  history: readonly Message[],
  state: RunState,
  written: readonly Part[],
): readonly Message[] {
  if (written.length === 0) return history;
  const last = history.at(-1);
  const answer = { ...messageOf(state), parts: written };
  return last?.role === "assistant"
    ? [...history.slice(0, -1), continueMessage(last, answer)]
    : [...history, answer];
}

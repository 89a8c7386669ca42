import { messageTokens } from "../history/message-tokens.ts";
import type { Model } from "../models/model.ts";
import { ModelError } from "../models/model-error.ts";
import type { ModelMessage } from "../models/model-message.ts";
import type { ModelRequest } from "../models/model-request.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { AgentScope, FoundLimits } from "./agent-scope.ts";
import { inputBudget, tokensBeside } from "./input-budget.ts";
import { inputHash } from "./input-hash.ts";
import { type StepMessages, type StepRequestFacts, stepMessages } from "./step-messages.ts";

/*
 * How long what a step sends its model may be. Owns the budget of its requests; which turns are left out by
 * it, lib/history/trim.ts decides.
 *
 * 1. The budget is that of the model's known limits (input-budget.ts). The log says of each request how many
 *    messages it leaves out, and how many outputs it shortens.
 * 2. A model that refuses a request as too long is asked once more with half of it, and with no more than
 *    that for the rest of the run; where it has answered that, by the next runs of the process too, for some
 *    minutes, and never for what a person's own key has met: an endpoint may be refusing that person alone.
 *    Refused again in the same run, or where nothing is left to leave out, it has failed.
 */

export interface StepInput {
  /** Of the newest request. */
  readonly sent: StepMessages;
  /** About how many tokens the first request sends, as most models count: one for four bytes. */
  readonly estimatedTokens: number;
  /** What it may hold, tokens. */
  readonly budget: number;
  /** What the log says of it. */
  event(stepId: string): EventBody;
  /** After a refusal: whether the model is to be asked with what is `sent` then. */
  shorten(failure: Error): boolean;
  /** The model has answered: what it was refused as too long was. */
  accepted(): void;
}

/** `beside`: what else the request holds. */
export function createStepInput(
  facts: StepRequestFacts,
  { agent, model, share }: Pick<AgentScope, "agent" | "model" | "share">,
  beside: Pick<ModelRequest, "tools" | "responseFormat">,
): StepInput {
  const { options, foundLimits, halved, context } = share;
  const { tokens: known = Infinity } = inputBudget(model, beside, options.contextTokens);
  const found = model.usesOwnKey ? undefined : foundLimits.get(model.id);
  const foundTokens = found && found.until > context.clock.wall() ? found.tokens : Infinity;
  let budget = Math.min(known, halved.get(model.id) ?? foundTokens);
  let sent = stepMessages({ ...facts, budget: { tokens: budget } });
  return {
    get sent() {
      return sent;
    },
    estimatedTokens: Math.ceil(((messagesTokens(sent.messages) + tokensBeside(model, beside)) * 3) / 4),
    get budget() {
      return budget;
    },
    event: (stepId) => ({
      ...{ type: "agent-input", stepId, agent: agent.name },
      ...{ messageCount: sent.messages.length, hash: inputHash(sent.messages) },
      ...(sent.leftOut > 0 && { leftOut: sent.leftOut }),
      ...(sent.shortened > 0 && { shortened: sent.shortened }),
      ...(sent.leftOut + sent.shortened > 0 && { budget }),
      ...(sent.summarized !== undefined && { summarized: sent.summarized }),
    }),
    shorten(failure) {
      if (!isTooLong(failure) || halved.has(model.id)) return false;
      const half = halfOf(sent.messages);
      const shorter = stepMessages({ ...facts, budget: { tokens: half } });
      if (messagesTokens(shorter.messages) >= messagesTokens(sent.messages)) return false;
      halved.set(model.id, half);
      budget = half;
      sent = shorter;
      return true;
    },
    accepted() {
      const half = halved.get(model.id);
      if (half === undefined || model.usesOwnKey) return;
      const until = context.clock.wall() + foundLimitMs;
      noteLimit(foundLimits, model.id, { tokens: Math.max(half, minFoundLimit), until });
    },
  };
}

/** Nobody offers a model that takes less: whatever was refused, it was not for that. */
const minFoundLimit = 1000;

/** Names of models are invented, too: the oldest are forgotten. */
const maxFoundLimits = 1000;

/** A server is given more room now and then, and one that was wrong once is asked anew. */
const foundLimitMs = 10 * 60_000;

function noteLimit(limits: FoundLimits, id: Model["id"], limit: { tokens: number; until: number }): void {
  limits.delete(id);
  limits.set(id, limit);
  for (const oldest of limits.keys()) {
    if (limits.size <= maxFoundLimits) return;
    limits.delete(oldest);
  }
}

const isTooLong = (failure: Error): boolean =>
  failure instanceof ModelError && failure.code === "context-too-long";

/** A power of two: while requests are about as long, another process finds the same, and cuts there too. */
const halfOf = (messages: readonly ModelMessage[]): number =>
  2 ** Math.floor(Math.log2(messagesTokens(messages) / 2));

const messagesTokens = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, message) => sum + messageTokens(message), 0);

import { messageTokens } from "../history/message-tokens.ts";
import { ModelError } from "../models/model-error.ts";
import type { ModelMessage } from "../models/model-message.ts";
import type { ModelRequest } from "../models/model-request.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { AgentScope } from "./agent-scope.ts";
import { inputBudget } from "./input-budget.ts";
import { inputHash } from "./input-hash.ts";
import { type StepMessages, type StepRequestFacts, stepMessages } from "./step-messages.ts";

/*
 * How long what a step sends its model may be. Owns the budget of its requests; which turns are left out by
 * it, lib/history/trim.ts decides.
 *
 * 1. The budget is that of the model's known limits (input-budget.ts). The log says of each request how many
 *    messages it leaves out.
 * 2. A model that refuses a request as too long is asked once more with half of it, and with no more than
 *    that for the rest of the run. Refused again, or where only the newest turn is left, it has failed.
 */

export interface StepInput {
  /** Of the newest request. */
  readonly sent: StepMessages;
  /** What the log says of it. */
  event(stepId: string): EventBody;
  /** After a refusal: whether the model is to be asked with what is `sent` then. */
  shorten(failure: Error): boolean;
}

/** `beside`: what else the request holds. */
export function createStepInput(
  facts: StepRequestFacts,
  { agent, model, share }: Pick<AgentScope, "agent" | "model" | "share">,
  beside: Pick<ModelRequest, "tools" | "responseFormat">,
): StepInput {
  const { options, foundLimits } = share;
  const { tokens = Infinity } = inputBudget(model, beside, options.contextTokens);
  const found = foundLimits.get(model.id) ?? Infinity;
  let sent = stepMessages({ ...facts, budget: { tokens: Math.min(tokens, found) } });
  return {
    get sent() {
      return sent;
    },
    event: (stepId) => ({
      ...{ type: "agent-input", stepId, agent: agent.name },
      ...{ messageCount: sent.messages.length, hash: inputHash(sent.messages) },
      ...(sent.leftOut > 0 && { leftOut: sent.leftOut }),
    }),
    shorten(failure) {
      if (!isTooLong(failure) || foundLimits.has(model.id)) return false;
      const half = halfOf(sent.messages);
      const shorter = stepMessages({ ...facts, budget: { tokens: half } });
      if (shorter.leftOut <= sent.leftOut) return false;
      foundLimits.set(model.id, half);
      sent = shorter;
      return true;
    },
  };
}

const isTooLong = (failure: Error): boolean =>
  failure instanceof ModelError && failure.code === "context-too-long";

/** A power of two: as long as requests are about as long, the next run finds the same, and cuts there too. */
function halfOf(messages: readonly ModelMessage[]): number {
  const tokens = messages.reduce((sum, message) => sum + messageTokens(message), 0);
  return 2 ** Math.floor(Math.log2(tokens / 2));
}

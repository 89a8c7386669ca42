import { roundCost } from "../../protocol/add-usage.ts";
import { demoModelId } from "../../protocol/demo-model-id.ts";
import { isCostPartial } from "../../protocol/is-cost-partial.ts";
import type { AssistantMessage, Message } from "../../protocol/message.ts";
import { spentOn } from "../../protocol/spent-on.ts";

export interface ConversationCost {
  /** US dollars. */
  dollars: number;
  /** What some answers cost is unknown. */
  isPartial: boolean;
}

/**
 * What all answers have cost together, also those that are not shown. Undefined: no cost is known, or there
 * is one answer only, which says it itself.
 */
export function conversationCost(messages: readonly Message[]): ConversationCost | undefined {
  const answers = messages.filter((message) => message.role === "assistant");
  const costs = answers.map((answer) => spentOn(answer).cost);
  const known = costs.filter((cost) => cost !== undefined);
  if (known.length === 0 || answers.length < 2) return undefined;
  return {
    dollars: roundCost(known.reduce((sum, cost) => sum + cost, 0)),
    isPartial: answers.some(
      (answer, at) => mayCost(answer) && (costs[at] === undefined || isUncounted(answer)),
    ),
  };
}

/** What one of several runs, or of several servers, has asked for is unknown. */
const isUncounted = (answer: AssistantMessage): boolean =>
  isCostPartial(answer) || (answer.takeovers ?? []).some(({ isUnreported }) => isUnreported);

/** A model has written in it, and not the demo. */
const mayCost = ({ model, parts }: AssistantMessage): boolean => model !== demoModelId && parts.length > 0;

import { assistant } from "#lib/agents/assistant.ts";
import type { Producer } from "#lib/agents/producer.ts";
import { runAgent } from "#lib/agents/run-agent.ts";
import type { Model } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { EventBody, Usage } from "#lib/protocol/run-event.ts";
import { system, user } from "./model-messages.ts";
import type { Production } from "./producer-bench.ts";
import type { ModelLine } from "./scripted-model.ts";

/** The built-in agent as a producer, and what its runs came to. */

export const by =
  (model: Model): Producer =>
  (context) =>
    runAgent({ agent: assistant, model }, context);

export const usage = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  source: "provider",
});
export const costs = (inputTokens: number, outputTokens: number): ModelLine => ({
  type: "usage",
  usage: usage(inputTokens, outputTokens),
});

export const types = ({ events }: Production): string => events.map(({ type }) => type).join(" ");
export const only = <T extends EventBody["type"]>({ events }: Production, type: T) =>
  events.filter((event): event is Extract<EventBody, { type: T }> => event.type === type);

/** What its first request says. */
export const question: readonly ModelMessage[] = [system(assistant.instructions), user("2+3?")];

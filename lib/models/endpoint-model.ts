import { createChatWire } from "./chat/chat-wire.ts";
import type { Model } from "./model.ts";
import { hostOf, type OpenAiEndpoint } from "./openai.ts";
import { type AnswerLimits, createProviderModel } from "./provider-model.ts";

export interface EndpointModelOptions extends OpenAiEndpoint, AnswerLimits {
  id: string;
  demo?: boolean;
}

/**
 * A model behind an endpoint, asked over the Chat Completions wire. Usage is reported as it comes. Redirects
 * are refused: they would carry the conversation elsewhere.
 */
export function createEndpointModel({ id, demo = false, ...options }: EndpointModelOptions): Model {
  const context = { host: hostOf(options), model: id };
  const wire = createChatWire(options, { context, usageSource: demo ? "estimated" : "provider" });
  return createProviderModel({ id, demo, host: context.host, limits: options, wire });
}

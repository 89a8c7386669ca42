import { createChatWire } from "./chat/chat-wire.ts";
import type { EndpointSlots } from "./endpoint-slots.ts";
import type { HostedSearchOptions } from "./hosted-search.ts";
import { anthropicUrl, createMessagesWire } from "./messages/messages-wire.ts";
import type { Model } from "./model.ts";
import { ModelError } from "./model-error.ts";
import { hostOf, type OpenAiEndpoint } from "./openai.ts";
import type { Prices } from "./prices.ts";
import type { RequestContext } from "./provider-error.ts";
import { type AnswerLimits, createProviderModel, type RefusedMemory } from "./provider-model.ts";
import type { ProviderWire } from "./provider-wire.ts";
import { type ToolCalling, withToolCalling } from "./react/tool-calling.ts";
import { createResponsesWire } from "./responses/responses-wire.ts";
import { createResumingModel } from "./responses/resuming-model.ts";
import type { ThinkingOptions } from "./thinking-options.ts";

export interface EndpointModelOptions
  extends OpenAiEndpoint,
    AnswerLimits,
    ThinkingOptions,
    HostedSearchOptions {
  id: string;
  /** What the endpoint is asked for; absent: `id`. */
  model?: string;
  demo?: boolean;
  /** What the endpoint speaks; absent: Chat Completions. */
  wire?: WireName;
  /** Tokens of an answer, for a wire on which it must have a limit; absent: what most models allow. */
  maxTokens?: number;
  /** As of `Model.limits`. */
  tokenLimits?: Model["limits"];
  prices?: Prices;
  /** Shared by all models of the endpoint; absent: a request waits for none of the others. */
  slots?: EndpointSlots;
  /** Shared by all who ask the same model, but with keys of their own; absent: the model's own. */
  refused?: RefusedMemory;
  /** The key is the browser's: where it is rejected, that is said. */
  isOwnKey?: boolean;
  /** How each request ended; without an error: well. One that was given up tells nothing. */
  onOutcome?(error?: ModelError): void;
  /** See `ChatReaderOptions`. */
  startsThinking?: boolean;
  /** How it is offered tools; absent: `native`. */
  toolCalling?: ToolCalling;
}

/** Chat Completions, which nearly every server speaks; OpenAI's Responses; Anthropic's Messages. */
export type WireName = "chat" | "responses" | "messages";

/**
 * A model behind an endpoint. Usage is reported as it comes. Redirects are refused: they would carry the
 * conversation elsewhere.
 */
export function createEndpointModel({ id, demo = false, ...options }: EndpointModelOptions): Model {
  const { model = id, prices, slots, isOwnKey = false, onOutcome, toolCalling = "native" } = options;
  const { refused = { fields: new Set<string>() }, tokenLimits } = options;
  const endpoint = options.wire === "messages" ? { baseUrl: anthropicUrl, ...options } : options;
  const context = { host: hostOf(endpoint), model };
  const wire = createWire(options, { context, isDemo: demo });
  const mayBeKept = options.wire === "responses";
  const provided = createProviderModel({
    id,
    demo,
    ...(prices && { prices }),
    prefills: options.wire === "messages",
    ...(slots && { slots }),
    refused,
    ...(toolCalling === "auto" && { neverWithout: new Set(["tools"]) }),
    host: context.host,
    limits: options,
    wire: isOwnKey ? withOwnKey(wire) : wire,
    // A line that broke is no outcome where the rest is asked for.
    ...(onOutcome && !mayBeKept && { onOutcome }),
  });
  const asked = { ...provided, askedName: model, ...(tokenLimits && { limits: tokenLimits }) };
  return withToolCalling(mayBeKept ? createResumingModel(asked, onOutcome) : asked, toolCalling, refused);
}

function createWire(
  options: Omit<EndpointModelOptions, "id" | "demo">,
  { context, isDemo }: { context: RequestContext; isDemo: boolean },
): ProviderWire {
  const { wire = "chat" } = options;
  switch (wire) {
    case "chat":
      return createChatWire(options, {
        context,
        usageSource: isDemo ? "estimated" : "provider",
        startsThinking: options.startsThinking ?? false,
      });
    case "responses":
      return createResponsesWire(options, context);
    case "messages":
      return createMessagesWire(options, context);
    default:
      return wire satisfies never;
  }
}

/** Says of a rejected key that it was the browser's. */
const withOwnKey = (wire: ProviderWire): ProviderWire => ({
  ...wire,
  async send(...request) {
    try {
      return await wire.send(...request);
    } catch (error) {
      throw error instanceof ModelError ? ofOwnKey(error) : error;
    }
  },
  toModelError: (error) => ofOwnKey(wire.toModelError(error)),
});

function ofOwnKey(error: ModelError): ModelError {
  if (error.code !== "key-rejected") return error;
  const { code, message, retryable, facts, cause } = error;
  return new ModelError(code, message, { retryable, cause, facts: { ...facts, reason: "own" } });
}

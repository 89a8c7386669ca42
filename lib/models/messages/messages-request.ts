import type { HostedSearchOptions } from "../hosted-search.ts";
import type { JsonSchema, ModelRequest, ModelTool, ToolChoice } from "../model-request.ts";
import type { ReasoningEffort, ThinkingOptions } from "../thinking-options.ts";
import { withoutFields } from "../without-fields.ts";
import {
  type CacheControl,
  type MessagesTurn,
  messagesTurns,
  refusableIn,
  type TextBlock,
} from "./messages-turns.ts";

type MessagesToolChoice = { type: "auto" | "none" | "any" } | { type: "tool"; name: string };

type Thinking = { type: "enabled"; budget_tokens: number } | { type: "adaptive" } | { type: "disabled" };

/** The body of `POST /v1/messages` (https://docs.claude.com/en/api/messages). */
export interface MessagesRequest {
  model: string;
  max_tokens: number;
  stream: true;
  cache_control?: CacheControl;
  system?: TextBlock[];
  tools?: (
    | { name: string; description?: string; input_schema: JsonSchema }
    | { type: "web_search_20250305"; name: "web_search"; max_uses: number }
  )[];
  tool_choice?: MessagesToolChoice;
  stop_sequences?: string[];
  temperature?: number;
  top_p?: number;
  thinking?: Thinking;
  output_config?: {
    effort?: ReasoningEffort;
    format?: { type: "json_schema"; schema: JsonSchema };
  };
  messages: MessagesTurn[];
}

export interface MessagesRequestOptions extends ThinkingOptions, HostedSearchOptions {
  model: string;
  /** Whose thoughts are given back. */
  host: string;
  /** Of an answer, where the request does not say. */
  maxTokens: number;
  /** The longest answer that the model was found to allow. */
  allowedTokens: number;
  /** What the endpoint was found not to take, by the names of refused-fields.ts. */
  without: ReadonlySet<string>;
}

/**
 * A request in the form of the Messages wire, always streamed. The instructions are marked for the provider's
 * cache, and all that was sent is by one mark on the request: marks on messages would have to move, and a
 * conversation would no longer begin as it did before. Messages come last, so that a longer one goes on from
 * the bytes of a shorter one. What an endpoint was found to refuse is left out.
 */
export function messagesRequest(request: ModelRequest, options: MessagesRequestOptions): MessagesRequest {
  const { model, host, without } = options;
  const maxTokens = Math.min(request.maxOutputTokens ?? options.maxTokens, options.allowedTokens);
  const thinking = without.has("thinking") ? undefined : thinkingOf(options, maxTokens);
  const body: MessagesRequest = {
    model,
    max_tokens: maxTokens,
    stream: true,
    cache_control: cached,
    ...systemField(request, without),
    ...(thinking && { thinking }),
    ...messagesTools(thinks(thinking) ? withFreeChoice(request) : request, options),
    ...messagesOptions(thinks(thinking) ? withoutSampling(request) : request),
    ...outputConfig(request, thinking, options),
    messages: messagesTurns(request.messages, {
      host,
      without: thinks(thinking) ? new Set([...without, "prefill"]) : without,
    }),
  };
  return withoutFields(body, without);
}

/**
 * A number of tokens must leave room for the answer, and be no less than the wire allows; a shorter answer is
 * one without thoughts. Without a number the model decides by the effort.
 */
function thinkingOf(
  { reasoningEffort, thinkingTokens }: ThinkingOptions,
  maxTokens: number,
): Thinking | undefined {
  if (reasoningEffort === "none") return { type: "disabled" };
  if (thinkingTokens === undefined) return reasoningEffort && { type: "adaptive" };
  const budget = Math.min(thinkingTokens, Math.floor(maxTokens / 2));
  return budget < minThinkingTokens ? undefined : { type: "enabled", budget_tokens: budget };
}

const minThinkingTokens = 1024;

const thinks = (thinking: Thinking | undefined): boolean =>
  thinking !== undefined && thinking.type !== "disabled";

/** While it thinks, a model cannot be made to call a tool, and takes no other temperature than its own. */
const withFreeChoice = ({ toolChoice, ...request }: ModelRequest): ModelRequest =>
  toolChoice === "none" ? { ...request, toolChoice } : request;

function withoutSampling(request: ModelRequest): ModelRequest {
  const { temperature: _, topP: __, ...rest } = request;
  return rest;
}

/** Of the forms of an answer the wire knows only a schema. */
function outputConfig(
  { responseFormat }: ModelRequest,
  thinking: Thinking | undefined,
  { reasoningEffort }: ThinkingOptions,
): Pick<MessagesRequest, "output_config"> {
  const config = {
    ...(thinking?.type === "adaptive" && reasoningEffort && { effort: reasoningEffort }),
    ...(responseFormat?.type === "json-schema" && {
      format: { type: "json_schema" as const, schema: responseFormat.schema },
    }),
  };
  return Object.keys(config).length === 0 ? {} : { output_config: config };
}

const cached: CacheControl = { type: "ephemeral" };

function systemField({ messages }: ModelRequest, without: ReadonlySet<string>): { system?: TextBlock[] } {
  const marked = without.has("cache_control") ? {} : { cache_control: cached };
  const system = messages.flatMap(({ role, content }): TextBlock[] =>
    role === "system" && content !== "" ? [{ type: "text", text: content, ...marked }] : [],
  );
  return system.length === 0 ? {} : { system };
}

type ToolFields = Pick<MessagesRequest, "tools" | "tool_choice">;

function messagesTools(
  { tools = [], toolChoice }: ModelRequest,
  { webSearch = false }: HostedSearchOptions,
): ToolFields {
  if (tools.length === 0) return webSearch && toolChoice !== "none" ? { tools: [hostedSearchTool] } : {};
  return {
    tools: [...tools.map(messagesTool), ...(webSearch ? [hostedSearchTool] : [])],
    ...(toolChoice !== undefined && { tool_choice: messagesToolChoice(toolChoice) }),
  };
}

/** How often the provider may search for one answer. */
const maxHostedSearches = 5;

const hostedSearchTool = {
  ...({ type: "web_search_20250305", name: "web_search" } as const),
  max_uses: maxHostedSearches,
};

const messagesTool = ({ name, description, inputSchema }: ModelTool) => ({
  name,
  ...(description !== undefined && { description }),
  input_schema: inputSchema,
});

function messagesToolChoice(choice: ToolChoice): MessagesToolChoice {
  if (typeof choice !== "string") return { type: "tool", name: choice.toolName };
  return { type: choice === "required" ? "any" : choice };
}

/** The wire knows no seed. */
const messagesOptions = ({ stop = [], temperature, topP }: ModelRequest) => ({
  ...(stop.length > 0 && { stop_sequences: [...stop] }),
  ...(temperature !== undefined && { temperature }),
  ...(topP !== undefined && { top_p: topP }),
});

/** What is sent and may be left out, by the names of refused-fields.ts. */
export const sentMessagesFields = (body: MessagesRequest): string[] => [
  // Not the limit, which is lowered, nor the instructions.
  ...Object.keys(body).filter((field) => field !== "max_tokens" && field !== "system"),
  ...refusableIn(body.messages),
];

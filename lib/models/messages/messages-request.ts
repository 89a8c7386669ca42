import { isRecord } from "../../protocol/is-record.ts";
import { isDeeper, maxValueDepth } from "../../protocol/json-bounds.ts";
import { continuationPrompt } from "../continuation-prompt.ts";
import type { ModelMessage, ToolCallContent, ToolResultContent } from "../model-message.ts";
import type { JsonSchema, ModelRequest, ModelTool, ToolChoice } from "../model-request.ts";
import { isPlainCallId, sentCallId } from "../sent-call-id.ts";
import type { ReasoningEffort, ThinkingOptions } from "../thinking-options.ts";
import { tryParseJson } from "../try-parse-json.ts";
import { withoutFields } from "../without-fields.ts";
import { type ThoughtBlock, thoughtBlock } from "./thought-block.ts";

type TextBlock = { type: "text"; text: string; cache_control?: CacheControl };
type CacheControl = { type: "ephemeral" };

type ContentBlock =
  | TextBlock
  | ThoughtBlock
  | { type: "tool_use"; id: string; name: string; input: object }
  | { type: "tool_result"; tool_use_id: string; content: string; is_error?: true };

interface MessagesTurn {
  role: "user" | "assistant";
  content: ContentBlock[];
}

type MessagesToolChoice = { type: "auto" | "none" | "any" } | { type: "tool"; name: string };

type Thinking = { type: "enabled"; budget_tokens: number } | { type: "adaptive" } | { type: "disabled" };

/** The body of `POST /v1/messages` (https://docs.claude.com/en/api/messages). */
export interface MessagesRequest {
  model: string;
  max_tokens: number;
  stream: true;
  cache_control?: CacheControl;
  system?: TextBlock[];
  tools?: { name: string; description?: string; input_schema: JsonSchema }[];
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

export interface MessagesRequestOptions extends ThinkingOptions {
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
    ...messagesTools(thinks(thinking) ? withFreeChoice(request) : request),
    ...messagesOptions(thinks(thinking) ? withoutSampling(request) : request),
    ...outputConfig(request, thinking, options),
    messages: withPrompt(
      request.messages.flatMap((message) => messagesTurns(message, host, without)),
      thinks(thinking) ? new Set([...without, "prefill"]) : without,
    ),
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

function messagesTurns(message: ModelMessage, host: string, without: ReadonlySet<string>): MessagesTurn[] {
  switch (message.role) {
    case "system":
      return [];
    case "user":
      return turn("user", message.content.flatMap(textBlock));
    case "assistant":
      return turn(
        "assistant",
        message.content.flatMap((part) => writtenBlock(part, host, without)),
      );
    case "tool":
      return turn(
        "user",
        message.content.map((result) => resultBlock(result, without)),
      );
    default:
      return message satisfies never;
  }
}

/**
 * A model whose own answer stands last goes on with it by itself. It is told to where the endpoint refuses
 * that, as it always does where the answer ends with space.
 */
function withPrompt(turns: MessagesTurn[], without: ReadonlySet<string>): MessagesTurn[] {
  const { role, content = [] } = turns.at(-1) ?? {};
  const block = content.at(-1);
  if (role !== "assistant" || block?.type !== "text") return turns;
  const isPrefilled = !/\s$/.test(block.text) && !without.has("prefill");
  return isPrefilled ? turns : [...turns, ...turn("user", textBlock({ text: continuationPrompt }))];
}

/** An empty turn is refused. */
const turn = (role: MessagesTurn["role"], content: ContentBlock[]): MessagesTurn[] =>
  content.length === 0 ? [] : [{ role, content }];

/** So is a text of nothing but space. */
const textBlock = ({ text }: { text: string }): TextBlock[] =>
  text.trim() === "" ? [] : [{ type: "text", text }];

type WrittenContent = Extract<ModelMessage, { role: "assistant" }>["content"][number];

function writtenBlock(part: WrittenContent, host: string, without: ReadonlySet<string>): ContentBlock[] {
  switch (part.type) {
    case "text":
      return textBlock(part);
    case "reasoning": {
      const block = without.has("thoughts") ? undefined : thoughtBlock(part, host);
      return block ? [block] : [];
    }
    case "tool-call": {
      const id = blockId(part, without);
      return [{ type: "tool_use", id, name: asName(part.toolName), input: inputOf(part) }];
    }
    default:
      return part satisfies never;
  }
}

const resultBlock = (result: ToolResultContent, without: ReadonlySet<string>): ContentBlock => ({
  type: "tool_result",
  tool_use_id: blockId(result, without),
  content: result.output,
  ...(result.isError && { is_error: true }),
});

/** Ids of other wires may hold what is refused here. */
const blockId = ({ toolCallId }: { toolCallId: string }, without: ReadonlySet<string>): string =>
  asName(sentCallId(toolCallId, without));

const asName = (text: string): string => text.replace(/[^\w-]/g, "_") || "_";

function inputOf({ input }: ToolCallContent): object {
  const value = isDeeper(input, maxValueDepth) ? undefined : tryParseJson(input);
  return isRecord(value) && !Array.isArray(value) ? value : {};
}

type ToolFields = Pick<MessagesRequest, "tools" | "tool_choice">;

function messagesTools({ tools = [], toolChoice }: ModelRequest): ToolFields {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(messagesTool),
    ...(toolChoice !== undefined && { tool_choice: messagesToolChoice(toolChoice) }),
  };
}

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
export function sentMessagesFields(body: MessagesRequest): string[] {
  const hasThoughts = body.messages.some(({ content }) => content.some(isThought));
  // Not the limit, which is lowered, nor the instructions.
  const fields = Object.keys(body).filter((field) => field !== "max_tokens" && field !== "system");
  const isPrefilled = body.messages.at(-1)?.role === "assistant";
  const hasOddIds = body.messages.some(({ content }) => content.some(hasOddId));
  return [
    ...[...fields, ...(hasThoughts ? ["thoughts"] : []), ...(isPrefilled ? ["prefill"] : [])],
    ...(hasOddIds ? ["tool_call_ids"] : []),
  ];
}

const hasOddId = (block: ContentBlock): boolean =>
  (block.type === "tool_use" && !isPlainCallId(block.id)) ||
  (block.type === "tool_result" && !isPlainCallId(block.tool_use_id));

const isThought = ({ type }: ContentBlock): boolean => type === "thinking" || type === "redacted_thinking";

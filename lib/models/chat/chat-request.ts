import type { ContentPart, ModelMessage, ToolCallContent } from "../model-message.ts";
import type { JsonSchema, ModelRequest, ModelTool, ResponseFormat, ToolChoice } from "../model-request.ts";
import { sentCallId } from "../sent-call-id.ts";
import type { ReasoningEffort } from "../thinking-options.ts";

interface ChatToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

export type ChatMessage =
  | { role: "system"; content: string }
  | { role: "user"; content: string | { type: "text"; text: string }[] }
  | { role: "assistant"; content: string | null; tool_calls?: ChatToolCall[] }
  | { role: "tool"; tool_call_id: string; content: string };

interface ChatTool {
  type: "function";
  function: { name: string; description?: string; parameters: JsonSchema };
}

type ChatToolChoice = "auto" | "none" | "required" | { type: "function"; function: { name: string } };

type ChatResponseFormat =
  | { type: "json_object" }
  | {
      type: "json_schema";
      json_schema: { name: string; schema: JsonSchema; strict?: boolean };
    };

/** The body of `POST /chat/completions` (https://platform.openai.com/docs/api-reference/chat/create). */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  stream: true;
  stream_options: { include_usage: true };
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  stop?: string[];
  response_format?: ChatResponseFormat;
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  seed?: number;
  reasoning_effort?: ReasoningEffort;
}

export interface ChatRequestOptions {
  model: string;
  /** OpenAI's own models refuse `max_tokens`; most other servers know nothing else. */
  maxTokensField: "max_tokens" | "max_completion_tokens";
  /** Absent: the model's own. */
  reasoningEffort?: ReasoningEffort;
}

/** A request in the form of the Chat Completions wire: always streamed, with usage. */
export function chatRequest(
  request: ModelRequest,
  { model, maxTokensField, reasoningEffort }: ChatRequestOptions,
): ChatRequest {
  const { maxOutputTokens } = request;
  return {
    model,
    messages: request.messages.flatMap(chatMessages),
    stream: true,
    stream_options: { include_usage: true },
    ...toolFields(request),
    ...samplingFields(request),
    ...(reasoningEffort && { reasoning_effort: reasoningEffort }),
    ...(maxOutputTokens !== undefined && { [maxTokensField]: maxOutputTokens }),
  };
}

/** Several results are several messages here. */
function chatMessages(message: ModelMessage): ChatMessage[] {
  switch (message.role) {
    case "system":
      return [{ role: message.role, content: message.content }];
    case "user":
      return [{ role: message.role, content: userContent(message.content) }];
    case "assistant":
      return [assistantMessage(message.content)];
    case "tool":
      return message.content.map(({ toolCallId, output }) => ({
        role: message.role,
        tool_call_id: sentCallId(toolCallId),
        content: output,
      }));
    default:
      return message satisfies never;
  }
}

/** A lone text is a string: some servers know no list. */
function userContent(parts: readonly ContentPart[]): string | { type: "text"; text: string }[] {
  const [only] = parts;
  if (parts.length > 1) return parts.map(({ text }) => ({ type: "text", text }));
  return only?.text ?? "";
}

/** The wire has one text for an answer and puts the calls behind it: texts around a call are joined. */
function assistantMessage(parts: Extract<ModelMessage, { role: "assistant" }>["content"]): ChatMessage {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const calls = parts.flatMap((part) => (part.type === "tool-call" ? [chatToolCall(part)] : []));
  const text = texts.join("\n\n");
  if (calls.length === 0) return { role: "assistant", content: text };
  return { role: "assistant", content: text === "" ? null : text, tool_calls: calls };
}

const chatToolCall = ({ toolCallId, toolName, input }: ToolCallContent): ChatToolCall => ({
  id: sentCallId(toolCallId),
  type: "function",
  function: { name: toolName, arguments: input },
});

/** Providers refuse an empty list of tools, and a choice where there is none. */
function toolFields({ tools = [], toolChoice }: ModelRequest): Pick<ChatRequest, "tools" | "tool_choice"> {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(chatTool),
    ...(toolChoice !== undefined && { tool_choice: chatToolChoice(toolChoice) }),
  };
}

const chatTool = ({ name, description, inputSchema }: ModelTool): ChatTool => ({
  type: "function",
  function: { name, ...(description !== undefined && { description }), parameters: inputSchema },
});

const chatToolChoice = (choice: ToolChoice): ChatToolChoice =>
  typeof choice === "string" ? choice : { type: "function", function: { name: choice.toolName } };

function samplingFields({ stop = [], responseFormat, temperature, topP, seed }: ModelRequest) {
  return {
    ...(stop.length > 0 && { stop: [...stop] }),
    ...(responseFormat && { response_format: chatResponseFormat(responseFormat) }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
  };
}

function chatResponseFormat(format: ResponseFormat): ChatResponseFormat {
  if (format.type === "json-object") return { type: "json_object" };
  const { name, schema, strict } = format;
  return {
    type: "json_schema",
    json_schema: { name, schema, ...(strict !== undefined && { strict }) },
  };
}

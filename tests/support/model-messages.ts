import type {
  ModelMessage,
  ReasoningContent,
  TextContent,
  ToolCallContent,
  ToolResultContent,
} from "#lib/models/model-message.ts";

/**
 * A conversation as a model is sent it, one builder a turn. A string among an assistant's parts is a text.
 */

const textContent = (text: string): TextContent => ({ type: "text", text });

export const system = (content: string): ModelMessage => ({ role: "system", content });
export const user = (...texts: string[]): ModelMessage => ({ role: "user", content: texts.map(textContent) });
/** Said into an answer, or by us: it begins no turn. */
export const within = (text: string): ModelMessage => ({
  ...{ role: "user", content: [textContent(text)] },
  isWithinTurn: true,
});
export const assistant = (
  ...parts: (string | TextContent | ReasoningContent | ToolCallContent)[]
): ModelMessage => ({
  role: "assistant",
  content: parts.map((part) => (typeof part === "string" ? textContent(part) : part)),
});
export const tool = (...results: ToolResultContent[]): ModelMessage => ({ role: "tool", content: results });

/** A thought that its provider wants back. */
export const thought = (text: string, signature = "abc="): ReasoningContent => ({
  type: "reasoning",
  text,
  providerMetadata: { wire: { signature } },
});

export const call = (toolCallId: string, toolName = "add", input = "{}"): ToolCallContent => ({
  type: "tool-call",
  toolCallId,
  toolName,
  input,
});
export const result = (toolCallId: string, output = "5", toolName = "add"): ToolResultContent => ({
  type: "tool-result",
  toolCallId,
  toolName,
  output,
});
export const failure = (toolCallId: string, output: string, toolName = "add"): ToolResultContent => ({
  ...result(toolCallId, output, toolName),
  isError: true,
});

/** The role and the texts of each message. */
export const spoken = (messages: readonly ModelMessage[]): [role: string, text: string][] =>
  messages.map(({ role, content }) => [
    role,
    typeof content === "string"
      ? content
      : content.map((part) => (part.type === "text" ? part.text : "")).join(""),
  ]);

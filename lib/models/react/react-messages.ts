import type {
  ModelMessage,
  ReasoningContent,
  TextContent,
  ToolCallContent,
  ToolResultContent,
} from "../model-message.ts";
import { writtenMessages } from "../written-messages.ts";
import { observationLabel } from "./react-prompt.ts";

/** Marks a thought that was written in the form of ReAct: it is given back so. */
export const reactMark = { react: {} } as const;

/** A conversation in the form of ReAct, for a model that knows no calls. `prompt`: of the system message. */
export const reactMessages = (messages: readonly ModelMessage[], prompt: string): ModelMessage[] =>
  writtenMessages(messages, prompt, { reply: reactText, results: observations });

type FormContent = TextContent | ReasoningContent | ToolCallContent;

/** A text that a call follows was a thought: the form knows no other. */
function reactText(parts: readonly FormContent[]): string {
  const lastCall = parts.findLastIndex(({ type }) => type === "tool-call");
  return parts
    .map((part, at) => section(part, at < lastCall))
    .filter((text) => text !== "")
    .join("\n");
}

function section(part: FormContent, isBeforeCall: boolean): string {
  switch (part.type) {
    case "text":
      return `${isBeforeCall ? "Thought" : "Answer"}: ${part.text}`;
    case "reasoning":
      return "react" in part.providerMetadata ? `Thought: ${part.text}` : "";
    case "tool-call":
      return `Action: ${part.toolName}\nAction Input: ${part.input}`;
    default:
      return part satisfies never;
  }
}

/** Of several, each says which tool it is of. */
const observations = (results: readonly ToolResultContent[]): string =>
  results
    .map(({ toolName, output, isError }) => {
      const whose = results.length > 1 ? `${toolName}: ` : "";
      return `${observationLabel} ${whose}${isError ? "Error: " : ""}${output}`;
    })
    .join("\n");

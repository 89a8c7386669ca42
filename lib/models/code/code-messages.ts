import { codeToolName, planMark } from "../../protocol/code-call.ts";
import { isRecord } from "../../protocol/is-record.ts";
import type {
  ModelMessage,
  ReasoningContent,
  TextContent,
  ToolCallContent,
  ToolResultContent,
} from "../model-message.ts";
import { tryParseJson } from "../try-parse-json.ts";
import { writtenMessages } from "../written-messages.ts";

/** A conversation for a model that acts by writing code. `prompt`: of the system message. */
export const codeMessages = (messages: readonly ModelMessage[], prompt: string): ModelMessage[] =>
  writtenMessages(messages, prompt, {
    reply: (content) =>
      content
        .map(pieceOfCode)
        .filter((piece) => piece !== "")
        .join("\n"),
    results: (content) => content.map(observed).join("\n\n"),
  });

/** As the model wrote it; a call of an agent that writes no code, as code would have made it. */
function pieceOfCode(part: TextContent | ReasoningContent | ToolCallContent): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "reasoning":
      return isPlan(part) ? `<plan>\n${part.text}\n</plan>` : "";
    case "tool-call":
      return `<code>\n${givenCode(part) ?? `await ${part.toolName}(${part.input})`}\n</code>`;
    default:
      return part satisfies never;
  }
}

const isPlan = ({ providerMetadata }: ReasoningContent): boolean =>
  Object.keys(planMark).some((mark) => mark in providerMetadata);

function givenCode({ toolName, input }: ToolCallContent): string | undefined {
  if (toolName !== codeToolName) return undefined;
  // One that was cut off is given back as far as it went.
  const parsed = tryParseJson(input) ?? tryParseJson(`${input.replace(/\\(?:u[0-9a-f]{0,3})?$/, "")}"}`);
  return isRecord(parsed) && typeof parsed["code"] === "string" ? parsed["code"] : undefined;
}

function observed({ toolName, output, isError }: ToolResultContent): string {
  if (isError) return `Observation: Error: ${output}`;
  if (toolName !== codeToolName) return `Observation: ${output}`;
  // What others wrote stays between its marks.
  const [, begins, inside, ends] = /^(<written-by-others [^>]*>\n)([\s\S]*)(\n<\/[^>]*>)$/.exec(output) ?? [];
  return `Observation: ${begins ?? ""}${observedOfCode(inside ?? output)}${ends ?? ""}`;
}

function observedOfCode(output: string): string {
  const parsed = tryParseJson(output);
  if (!isRecord(parsed)) return output;
  const { printed, value } = parsed;
  const pieces = [
    typeof printed === "string" && printed.trim() !== "" ? `Printed:\n${printed.trimEnd()}` : "",
    value === undefined || value === null ? "" : `Value of the last line: ${JSON.stringify(value)}`,
    Array.isArray(parsed["images"]) ? "The person is shown the pictures." : "",
  ].filter((piece) => piece !== "");
  return pieces.length > 0 ? pieces.join("\n") : "The code has run, and printed nothing.";
}

import { isRecord } from "../../protocol/is-record.ts";
import { isDeeper, maxValueDepth } from "../../protocol/json-bounds.ts";
import { continuationPrompt } from "../continuation-prompt.ts";
import type { ModelMessage, ToolCallContent, ToolResultContent } from "../model-message.ts";
import { isPlainCallId, sentCallId } from "../sent-call-id.ts";
import { tryParseJson } from "../try-parse-json.ts";
import { type ThoughtBlock, thoughtBlock } from "./thought-block.ts";

export type TextBlock = { type: "text"; text: string; cache_control?: CacheControl };
export type CacheControl = { type: "ephemeral" };

type ContentBlock =
  | TextBlock
  | ThoughtBlock
  | { type: "tool_use"; id: string; name: string; input: object }
  | { type: "tool_result"; tool_use_id: string; content: string; is_error?: true };

export interface MessagesTurn {
  role: "user" | "assistant";
  content: ContentBlock[];
}

interface TurnsOptions {
  /** Whose thoughts are given back. */
  host: string;
  /** What the endpoint was found not to take, by the names of refused-fields.ts. */
  without: ReadonlySet<string>;
}

/** A conversation as the Messages wire has it, without its instructions. */
export const messagesTurns = (messages: readonly ModelMessage[], options: TurnsOptions): MessagesTurn[] =>
  withPrompt(
    messages.flatMap((message) => messageTurns(message, options)),
    options.without,
  );

function messageTurns(message: ModelMessage, options: TurnsOptions): MessagesTurn[] {
  switch (message.role) {
    case "system":
      return [];
    case "user":
      return turn("user", message.content.flatMap(textBlock));
    case "assistant":
      return turn(
        "assistant",
        message.content.flatMap((part) => writtenBlock(part, options)),
      );
    case "tool":
      return turn(
        "user",
        message.content.map((result) => resultBlock(result, options)),
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

function writtenBlock(part: WrittenContent, { host, without }: TurnsOptions): ContentBlock[] {
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

const resultBlock = (result: ToolResultContent, { without }: TurnsOptions): ContentBlock => ({
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

/** What there is in turns that an endpoint may refuse, by the names of refused-fields.ts. */
export function refusableIn(turns: readonly MessagesTurn[]): string[] {
  const blocks = turns.flatMap(({ content }) => content);
  return [
    ...(blocks.some(isThought) ? ["thoughts"] : []),
    ...(turns.at(-1)?.role === "assistant" ? ["prefill"] : []),
    ...(blocks.some(hasOddId) ? ["tool_call_ids"] : []),
  ];
}

const isThought = ({ type }: ContentBlock): boolean => type === "thinking" || type === "redacted_thinking";

const hasOddId = (block: ContentBlock): boolean =>
  (block.type === "tool_use" && !isPlainCallId(block.id)) ||
  (block.type === "tool_result" && !isPlainCallId(block.tool_use_id));

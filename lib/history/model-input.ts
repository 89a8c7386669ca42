import { continuationPrompt } from "../models/continuation-prompt.ts";
import type {
  ModelMessage,
  ReasoningContent,
  TextContent,
  ToolCallContent,
  ToolResultContent,
} from "../models/model-message.ts";
import { isOwnCall } from "../protocol/is-own-call.ts";
import { isRecord } from "../protocol/is-record.ts";
import type { Message, Part, TextPart, ToolPart } from "../protocol/message.ts";
import { outsideCalls } from "../protocol/outside-calls.ts";
import { endedTooLong } from "../protocol/shown-path.ts";
import { repair } from "./repair.ts";
import { markedAsOthers } from "./written-by-others.ts";

/**
 * What a model is sent of a conversation, without a system message. Each model request of an answer is an
 * assistant message, and the results of its calls follow it. A partial answer (stopped, cut off, failed) is
 * sent as far as it went, with those of its thoughts that their provider wants back. A question that was
 * refused as too long, or that filled what its model takes with what came of it, is sent when it is asked
 * again, never along with a later one, nor is its answer. `continues`: the model
 * is to go on with the last answer; `prefills`: it does so by itself, where that stands last. `words`: what
 * it is told behind all that, once.
 *
 * The prefix is stable: what is sent of a conversation begins with what was sent of it before, up to the end
 * of its last text, so that providers find it in their caches. One answer is one text, whoever wrote on it;
 * the continuation prompt stands behind that and is never a part of it.
 */
export function modelInput(
  path: readonly Message[],
  { continues = false, prefills = false, words = "" } = {},
): ModelMessage[] {
  const messages = withoutTooLong(path).flatMap(inputMessages);
  const input = repair(words === "" ? messages : [...messages, wordsWithin(words)]);
  if (continues && !prefills && input.at(-1)?.role === "assistant")
    input.push(wordsWithin(continuationPrompt));
  return input;
}

/** What is sent of a path at all. Of a path up to its end: what stands last is never left out. */
export const withoutTooLong = (path: readonly Message[]): Message[] =>
  path.filter((_, at) => !isLeftOut(path, at));

/** Of a question that was too long, and whatever came of it: with it every later one would be refused too. */
function isLeftOut(path: readonly Message[], at: number): boolean {
  const answer = path[at]?.role === "user" ? path[at + 1] : path[at];
  return answer?.role === "assistant" && answer !== path.at(-1) && endedTooLong(answer);
}

function inputMessages(message: Message, at: number, path: readonly Message[]): ModelMessage[] {
  if (message.role === "user") return [userTurn(message.text)];
  // What a step inside a tool call wrote was never said in this conversation: the call has its result.
  const parts = message.parts.filter(({ parentToolCallId }) => parentToolCallId === undefined);
  const steps = Map.groupBy(parts, (part) => (part.type === "steered" ? part : part.stepId));
  // What the code of an answer has set is kept for the one that continues it.
  const before = path[at - 1];
  const earlier = before?.role === "assistant" ? before.parts : [];
  const outside = outsideCalls([...earlier, ...message.parts]);
  return [...steps].flatMap(([key, ofStep]) =>
    typeof key === "string" ? stepTurns(ofStep, outside) : [wordsWithin(key.text)],
  );
}

const userTurn = (text: string): ModelMessage => ({ role: "user", content: [textContent(text)] });

/** They ask nothing anew: a turn that is trimmed away is never cut there (trim.ts). */
const wordsWithin = (text: string): ModelMessage => ({
  ...{ role: "user", content: [textContent(text)] },
  isWithinTurn: true,
});

const stepTurns = (parts: readonly Part[], outside: ReadonlySet<string>): ModelMessage[] => [
  { role: "assistant", content: parts.flatMap(writtenContent) },
  { role: "tool", content: parts.flatMap((part) => (isOwnCall(part) ? toolResult(part, outside) : [])) },
];

/** What the model wrote itself, as it is given back to it. */
function writtenContent(part: Part): (TextContent | ReasoningContent | ToolCallContent)[] {
  switch (part.type) {
    case "text":
      return [{ ...textContent(part.text), ...withMetadata(part) }];
    case "refusal":
      return [textContent(part.text)];
    case "reasoning": {
      const { text, providerMetadata } = part;
      return providerMetadata ? [{ type: "reasoning", text, providerMetadata }] : [];
    }
    case "object":
      return [textContent(part.json)];
    case "tool": {
      // Its provider would want all of what it has seen itself, and the text says what came of it.
      if (part.providerExecuted) return [];
      const { toolCallId, toolName, inputText, input } = part;
      const call = {
        type: "tool-call",
        toolCallId,
        toolName,
        input: inputText || jsonOrText(input),
      } as const;
      return [{ ...call, ...withMetadata(part) }];
    }
    case "handoff":
    case "source-url":
    case "steered":
      return [];
    default:
      return part satisfies never;
  }
}

/** Nothing for a call that has no result yet, or never got one. */
function toolResult(part: ToolPart, outside: ReadonlySet<string>): ToolResultContent[] {
  const { toolCallId, toolName, state, output, errorText } = part;
  const mark = outside.has(toolCallId) ? markedAsOthers : (text: string) => text;
  const result = { type: "tool-result", toolCallId, toolName } as const;
  switch (state) {
    case "output-available":
      return [{ ...result, output: mark(cutForModel(jsonOrText(output))) }];
    case "output-error":
      return [
        {
          ...result,
          output: mark((errorText ?? "The tool call failed.") + printedBefore(output)),
          isError: true,
        },
      ];
    case "output-denied":
      return [{ ...result, output: errorText ?? "The person denied the tool call.", isError: true }];
    case "input-streaming":
    case "input-available":
    case "running":
    case "approval-requested":
      return [];
    default:
      return state satisfies never;
  }
}

/** What code had printed when it failed. */
const printedBefore = (output: unknown): string =>
  isRecord(output) && typeof output.printed === "string" && output.printed !== ""
    ? `\n\nPrinted before that:\n${cutForModel(output.printed.trimEnd())}`
    : "";

/** Characters of one output: more would push the conversation out of what a model can take in. */
const maxResultLength = 60_000;

function cutForModel(text: string): string {
  if (text.length <= maxResultLength) return text.toWellFormed();
  const kept = text.slice(0, maxResultLength).toWellFormed();
  return `${kept}\n[cut off here: ${maxResultLength} of ${text.length} characters]`;
}

const withMetadata = ({ providerMetadata }: TextPart | ToolPart) =>
  providerMetadata ? { providerMetadata } : undefined;

/** Of an older log too: endpoints refuse a request with half a surrogate pair, and every later one. */
const textContent = (text: string): TextContent => ({ type: "text", text: text.toWellFormed() });

const jsonOrText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value, withoutMedia) ?? "");

/** For `JSON.stringify`: of a picture or a sound in an output, which people are shown, only what it is. */
const withoutMedia = (_: string, value: unknown): unknown =>
  isRecord(value) && typeof value.data === "string" && /^(image|audio)$/.test(String(value.type))
    ? { type: value.type, mimeType: value.mimeType, note: "shown to the person" }
    : value;

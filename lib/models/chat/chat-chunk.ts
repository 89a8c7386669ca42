import { isRecord } from "../../protocol/is-record.ts";
import { argumentsText } from "../arguments-text.ts";
import { finishReasonOf } from "../finish-reason.ts";
import { chatText } from "./chat-text.ts";
import { type ChatUsage, readChatUsage } from "./chat-usage.ts";

/*
 * One `chat.completion.chunk`, read from whatever a server writes. Owns which field holds what; what the
 * chunks of an answer come to is `createChatParts`.
 *
 * 1. Nothing is refused: a field that is not understood is as one that is absent, and costs nothing beside
 *    it.
 * 2. A choice has a `delta`; a gateway that does not stream has a `message` in its place, or beside it.
 *    Either may be the text itself.
 */

/** What a chunk says of itself. */
export interface ChatHead {
  /** "" where there is none. */
  id: string;
  /** The name that the server gives to the model; "" where it gives none. */
  model: string;
}

export interface ChatChunk extends ChatHead {
  choices: readonly ChatChoice[];
  usage?: ChatUsage;
  /** Counts where there is no other. */
  groqUsage?: ChatUsage;
}

export interface ChatChoice {
  /** Absent where the server numbers nothing. */
  index?: number;
  delta?: ChatDelta;
  message?: ChatDelta;
  /** As the server spells it; absent as long as there is none. */
  finishReason?: string;
}

/** What the model wrote, each kind as far as the chunk has it; "" where it has none. */
export interface ChatDelta {
  reasoning: string;
  /** The same thoughts in OpenRouter's form, or in MiniMax's, where each chunk repeats those before it. */
  reasoningDetails: string;
  content: readonly ChatContent[];
  refusal: string;
  toolCalls: readonly ChatCallDelta[];
}

export interface ChatContent {
  type: "text" | "reasoning" | "refusal";
  text: string;
}

export interface ChatCallDelta {
  /** Absent where the server sends none, or one that counts nothing. */
  index?: number;
  /** "" where there is none. */
  id: string;
  name: string;
  args: string;
}

/** Reads a chunk, of whatever was parsed. */
export function readChatChunk(json: unknown): ChatChunk {
  if (!isRecord(json)) return { ...readChatHead(json), choices: [] };
  const choices = asList(json["choices"]).filter(isRecord);
  const usage = readChatUsage(json["usage"]) ?? readChatUsage(choices[0]?.["usage"]);
  const groq = json["x_groq"];
  const groqUsage = isRecord(groq) ? readChatUsage(groq["usage"]) : undefined;
  return {
    ...readChatHead(json),
    choices: choices.map(readChoice),
    ...(usage && { usage }),
    ...(groqUsage && { groqUsage }),
  };
}

/** Only what a chunk says of itself. */
export const readChatHead = (json: unknown): ChatHead => ({
  id: isRecord(json) ? chatText(json["id"]) : "",
  model: isRecord(json) && typeof json["model"] === "string" ? json["model"].trim() : "",
});

function readChoice(choice: Record<string, unknown>): ChatChoice {
  const index = indexOf(choice["index"]);
  const finishReason = finishReasonIn(choice);
  const { message } = choice;
  const delta = choice["delta"] ?? textOfChoice(choice);
  return {
    ...(index !== undefined && { index }),
    ...(isThere(delta) && { delta: readDelta(fieldsOfDelta(delta)) }),
    ...(isThere(message) && { message: readDelta(fieldsOfDelta(message)) }),
    ...(finishReason !== undefined && { finishReason }),
  };
}

const fieldsOfDelta = (delta: unknown): Record<string, unknown> =>
  isRecord(delta) && !Array.isArray(delta) ? delta : { content: delta };

/** The older completions wire has its text in the choice itself. */
const textOfChoice = (choice: Record<string, unknown>): unknown =>
  typeof choice["text"] === "string" && !isThere(choice["message"]) ? { content: choice["text"] } : undefined;

/** Where a choice has it, the usual name first. `stop_reason` may also be the text that vLLM stopped at. */
export const finishFields = ["finish_reason", "finishReason", "stop_reason", "stopReason"] as const;

function finishReasonIn(choice: Record<string, unknown>): string | undefined {
  for (const field of finishFields) {
    const written = readFinishReason(choice[field]);
    if (written === undefined) continue;
    const isMeant = field.startsWith("finish") || finishReasonOf(written) !== "other";
    return isMeant ? written : undefined;
  }
  return undefined;
}

/** Some servers write that there is none. */
function readFinishReason(value: unknown): string | undefined {
  const written = isRecord(value) ? (value["type"] ?? value["reason"]) : value;
  return typeof written === "string" && !/^(null|none|undefined)?$/i.test(written) ? written : undefined;
}

function readDelta(delta: Record<string, unknown>): ChatDelta {
  return {
    reasoning: firstWritten(delta, reasoningFields),
    reasoningDetails: firstWritten(delta, detailFields),
    content: readContent(
      delta["content"] ?? delta["text"],
      isGoogleThought(delta["extra_content"]) ? "reasoning" : "text",
    ),
    refusal: chatText(delta["refusal"]),
    toolCalls: readCalls(callsOf(delta).filter(isRecord)),
  };
}

/** Before there were several, an answer had one call, without an id; some servers send it in both forms. */
function callsOf({ tool_calls, function_call }: Record<string, unknown>): readonly unknown[] {
  const calls = asList(tool_calls);
  return calls.length > 0 ? calls : asList(function_call);
}

function firstWritten(delta: Record<string, unknown>, fields: readonly string[]): string {
  for (const field of fields) {
    const text = chatText(delta[field]);
    if (text !== "") return text;
  }
  return "";
}

/** Of one chunk the first that says something counts: servers repeat one thought under several names. */
export const reasoningFields = [
  "reasoning_content",
  "reasoning",
  "reasoning_text",
  "thinking",
  "thinking_content",
  "thought",
  "thoughts",
] as const;

/** Thoughts as lists: OpenRouter's, and LiteLLM's. */
export const detailFields = ["reasoning_details", "thinking_blocks"] as const;

const isGoogleThought = (extra: unknown): boolean =>
  isRecord(extra) && isRecord(extra["google"]) && extra["google"]["thought"] === true;

/** Mistral sends a list of parts where others send a string. */
function readContent(content: unknown, type: ChatContent["type"]): ChatContent[] {
  if (typeof content === "string") return content === "" ? [] : [{ type, text: content }];
  return asList(content)
    .flatMap((part) => readContentPart(part, type))
    .filter(({ text }) => text !== "");
}

function readContentPart(part: unknown, type: ChatContent["type"]): ChatContent[] {
  const named = isRecord(part) ? part["type"] : undefined;
  if (typeof named !== "string" || type === "reasoning") return [{ type, text: chatText(part) }];
  if (/refusal/.test(named))
    return [{ type: "refusal", text: chatText(isRecord(part) ? (part["refusal"] ?? part) : part) }];
  if (/think|thought|reason/.test(named)) return [{ type: "reasoning", text: thoughtOf(part) }];
  return /text/.test(named) ? [{ type, text: chatText(part) }] : [];
}

const thoughtOf = (part: unknown): string =>
  chatText(isRecord(part) ? (part["thinking"] ?? part["reasoning"] ?? part) : part);

/** Of several in one list that have no number each is a call of its own. */
const readCalls = (calls: readonly Record<string, unknown>[]): ChatCallDelta[] =>
  calls.map((call, at) => readCall(call, calls.length > 1 ? at : undefined)).filter(isCall);

function readCall(call: Record<string, unknown>, position: number | undefined): ChatCallDelta {
  const called = [call["function"], call["custom"]].find(isRecord) ?? call;
  const index = indexOf(call["index"]) ?? position;
  return {
    ...(index !== undefined && { index }),
    id: chatText(call["id"]),
    name: chatText(called["name"]),
    args: argumentsText(called["arguments"] ?? called["parameters"] ?? called["input"]),
  };
}

/** An empty object in place of the list is no call. */
const isCall = ({ index, id, name, args }: ChatCallDelta): boolean =>
  index !== undefined || id !== "" || name !== "" || args !== "";

/** A lone object is what should stand in a list of one. */
const asList = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return isThere(value) ? [value] : [];
};

/** Of a number, also one that is written as text. */
function indexOf(value: unknown): number | undefined {
  const index = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof index === "number" && Number.isInteger(index) && index >= 0 ? index : undefined;
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

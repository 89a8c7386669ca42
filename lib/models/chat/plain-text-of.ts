import { isRecord } from "../../protocol/is-record.ts";
import { detailFields, reasoningFields } from "./chat-chunk.ts";

/**
 * The text of a chunk that holds nothing else, as nearly every chunk does. Undefined wherever `readChatChunk`
 * might find more.
 */
export function plainTextOf(json: unknown): string | undefined {
  if (!isRecord(json) || chunkFields.some((field) => isWrittenOut(json[field]))) return undefined;
  const { choices } = json;
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice: unknown = choices[0];
  if (!isRecord(choice) || (choice["index"] ?? 0) !== 0) return undefined;
  if (choiceFields.some((field) => isWrittenOut(choice[field]))) return undefined;
  const { delta } = choice;
  if (!isRecord(delta) || typeof delta["content"] !== "string") return undefined;
  return deltaFields.some((field) => isWrittenOut(delta[field])) ? undefined : delta["content"];
}

/** What a chunk, its choice and its delta may hold beside the text. */
const chunkFields = ["usage", "x_groq", "error"] as const;
const choiceFields = ["finish_reason", "message", "usage", "error"] as const;
const deltaFields = [...reasoningFields, ...detailFields, "extra_content", "refusal", "tool_calls"] as const;

const isWrittenOut = (value: unknown): boolean => value !== undefined && value !== null;

import { isRecord } from "../../protocol/is-record.ts";
import { failureFields, rejectionOf } from "../rejection-of.ts";
import { detailFields, finishFields, reasoningFields } from "./chat-chunk.ts";

/**
 * The text of a chunk that holds nothing else, as nearly every chunk does. Undefined wherever `readChatChunk`
 * might find more.
 */
export function plainTextOf(json: unknown): string | undefined {
  if (!isRecord(json) || holdsAny(json, chunkFields)) return undefined;
  if (holdsAny(json, mayFail) && rejectionOf(json)) return undefined;
  const { choices } = json;
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice: unknown = choices[0];
  if (!isRecord(choice) || (choice["index"] ?? 0) !== 0 || holdsAny(choice, choiceFields)) return undefined;
  const { delta } = choice;
  if (!isRecord(delta) || typeof delta["content"] !== "string") return undefined;
  return holdsAny(delta, deltaFields) ? undefined : delta["content"];
}

/** What a chunk, its choice and its delta may hold beside the text. */
const chunkFields: ReadonlySet<string> = new Set(["usage", "x_groq"]);
/** A chunk that has one of them may be an error too. */
const mayFail: ReadonlySet<string> = new Set(failureFields);
const choiceFields: ReadonlySet<string> = new Set([...finishFields, "message", "usage", "error"]);
const deltaFields: ReadonlySet<string> = new Set([
  ...reasoningFields,
  ...detailFields,
  "extra_content",
  "refusal",
  "tool_calls",
  "function_call",
]);

/** Looks at the fields that are there, which are few. */
function holdsAny(record: Record<string, unknown>, fields: ReadonlySet<string>): boolean {
  for (const field in record)
    if (fields.has(field) && record[field] !== null && record[field] !== undefined) return true;
  return false;
}

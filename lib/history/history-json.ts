import { isDeeper, maxStoredDepth } from "../protocol/json-bounds.ts";
import type { Message } from "../protocol/message.ts";
import { messageList } from "./message-schema.ts";

/*
 * Conversations as JSON, for whoever keeps them elsewhere: `{"v":1,"messages":[…]}`.
 *
 * 1. What is read is what was written: every field, every text and every value of it.
 * 2. Whatever is not exactly that is refused, and where it is wrong is named, before anything of it is used.
 * 3. It is trusted as our own history is: tool results, approvals, what providers want back. What strangers
 *    sent is never read by this.
 */

/** Of the form. A reader refuses a higher one. */
const historyVersion = 1;

/** What is no history, and where it is wrong, such as `messages[2].parts[0].state`. */
export class HistoryFormatError extends Error {
  readonly path: string;
  constructor(path: string, fault: string, more = "") {
    super(`${path === "" ? "" : `${path}: `}${fault}${more}`);
    this.name = "HistoryFormatError";
    this.path = path;
  }
}

/** Messages as a text. Throws `HistoryFormatError` for what would not be read again as it is. */
export function encodeHistory(messages: readonly Message[]): string {
  const fault = lossIn(messages, ["messages"], 0);
  if (fault) throw fault;
  checkedMessages(messages);
  return JSON.stringify({ v: historyVersion, messages });
}

/** Messages from such a text. Throws `HistoryFormatError`. */
export function decodeHistory(json: string): Message[] {
  if (isDeeper(json, maxStoredDepth))
    throw new HistoryFormatError("", `nested deeper than ${maxStoredDepth} levels`);
  const { v, messages, ...others } = formFieldsIn(json);
  if (v !== historyVersion)
    throw new HistoryFormatError(
      "v",
      `${JSON.stringify(v) ?? "nothing"} is no version that this build reads: it reads ${historyVersion}`,
    );
  const [other] = Object.keys(others);
  if (other !== undefined) throw new HistoryFormatError(other, "no such field");
  return checkedMessages(messages);
}

function formFieldsIn(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new HistoryFormatError("", `no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new HistoryFormatError("", "no object with v and messages");
  return { ...value };
}

/** Throws for the first fault. */
function checkedMessages(value: unknown): Message[] {
  const { error } = messageList.safeParse(value);
  if (error) {
    const [issue, ...more] = error.issues;
    const faulty = pathText(["messages", ...(issue?.path ?? [])]);
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    throw new HistoryFormatError(faulty, issue?.message ?? "no history", others);
  }
  // Cast: the schema has read it. What that gives back has its keys in another order.
  const messages = value as Message[];
  const known = new Set<string>();
  for (const [at, { id }] of messages.entries()) {
    if (known.has(id))
      throw new HistoryFormatError(pathText(["messages", at, "id"]), `${id} is another message's`);
    known.add(id);
  }
  return messages;
}

/** Where a value is none of JSON's: it would become another, or go. */
function lossIn(value: unknown, path: readonly PropertyKey[], depth: number): HistoryFormatError | undefined {
  const lost = (fault: string) => new HistoryFormatError(pathText(path), fault);
  if (depth > maxStoredDepth) return lost(`nested deeper than ${maxStoredDepth} levels`);
  if (typeof value === "number")
    return Number.isFinite(value) ? undefined : lost(`${value} is no number of JSON's`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value !== "object" || "toJSON" in value) return lost(`${typeof value} is no value of JSON's`);
  for (const [key, each] of Object.entries(value)) {
    const fault = lossIn(each, [...path, Array.isArray(value) ? Number(key) : key], depth + 1);
    if (fault) return fault;
  }
  return undefined;
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (sum, key) => sum + (typeof key === "number" ? `[${key}]` : `${sum === "" ? "" : "."}${String(key)}`),
    "",
  );

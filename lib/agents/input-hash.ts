import { createHash } from "node:crypto";
import type { ModelMessage } from "../models/model-message.ts";

/**
 * Tells from two logs whether a model was sent the same messages: 16 hexadecimal digits of a SHA-256. A lone
 * text counts as a string, which is what it was before messages had parts: old logs compare with new ones.
 */
export const inputHash = (messages: readonly ModelMessage[]): string =>
  createHash("sha256")
    .update(JSON.stringify(messages.map(compact)))
    .digest("hex")
    .slice(0, 16);

function compact(message: ModelMessage): object {
  if (message.role === "system" || message.content.length !== 1) return message;
  const [only] = message.content;
  return only?.type === "text" ? { role: message.role, content: only.text } : message;
}

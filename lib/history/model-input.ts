import { goOn } from "../models/go-on.ts";
import type { ModelMessage } from "../models/model.ts";
import type { AssistantMessage, Message } from "../protocol/message.ts";

/**
 * What a model is sent of a conversation. A partial answer (stopped, cut off, failed) is sent as far as it
 * went; an answer without any text is left out, and neighbours of one role are joined: many endpoints refuse
 * two in a row. `continues`: the last answer is to be gone on with.
 */
export function modelInput(path: readonly Message[], { continues = false } = {}): ModelMessage[] {
  const input: ModelMessage[] = [];
  for (const message of path) {
    const content = message.role === "user" ? message.text : answerText(message);
    if (content === "") continue;
    const last = input.at(-1);
    if (last?.role === message.role) last.content += `\n\n${content}`;
    else input.push({ role: message.role, content });
  }
  if (continues && input.at(-1)?.role === "assistant") input.push({ role: "user", content: goOn });
  return input;
}

/** The text of an answer, as a person reads it and copies it: reasoning is not a part of it. */
export const answerText = (message: AssistantMessage): string =>
  message.parts
    .flatMap((part) => (part.type === "text" || part.type === "refusal" ? [part.text] : []))
    .join("\n\n");

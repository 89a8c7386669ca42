import { goOn } from "../models/go-on.ts";
import type { ModelMessage, TextContent } from "../models/model-message.ts";
import type { AssistantMessage, Message } from "../protocol/message.ts";

/**
 * What a model is sent of a conversation. A partial answer (stopped, cut off, failed) is sent as far as it
 * went; an answer without any text is left out, and neighbours of one role are joined: many endpoints refuse
 * two in a row. `continues`: the last answer is to be gone on with.
 */
export function modelInput(path: readonly Message[], { continues = false } = {}): ModelMessage[] {
  const turns: { role: Message["role"]; text: string }[] = [];
  for (const message of path) {
    const { role } = message;
    const text = message.role === "user" ? message.text : answerText(message);
    if (text === "") continue;
    const last = turns.at(-1);
    if (last?.role === role) last.text += `\n\n${text}`;
    else turns.push({ role, text });
  }
  if (continues && turns.at(-1)?.role === "assistant") turns.push({ role: "user", text: goOn });
  return turns.map(({ role, text }) => ({ role, content: [textContent(text)] }));
}

const textContent = (text: string): TextContent => ({ type: "text", text });

/** The text of an answer, as a person reads it and copies it: reasoning is not a part of it. */
export const answerText = (message: AssistantMessage): string =>
  message.parts
    .flatMap((part) => (part.type === "text" || part.type === "refusal" ? [part.text] : []))
    .join("\n\n");

import type { AssistantMessage } from "#lib/protocol/message.ts";

/** The words of an answer as Markdown: what Copy copies. */
export const answerText = (answer: AssistantMessage): string =>
  answer.parts
    .flatMap((part) => (part.type === "text" || part.type === "refusal" ? [part.text.trim()] : []))
    .filter((text) => text !== "")
    .join("\n\n");

import type { AssistantMessage } from "#lib/events/message.ts";

/** The words of an answer as Markdown: what Copy copies. */
export const answerText = (answer: AssistantMessage): string =>
  answer.parts
    .flatMap((part) => (part.kind === "text" || part.kind === "refusal" ? [part.text.trim()] : []))
    .filter((text) => text !== "")
    .join("\n\n");

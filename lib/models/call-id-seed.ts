import type { ModelMessage } from "./model-message.ts";

/**
 * What makes the ids of calls whose provider gives none: the same for the same request, and another one for
 * every longer conversation, so for every step of an agent.
 */
export const callIdSeed = (messages: readonly ModelMessage[]): string =>
  String(messages.reduce((sum, message) => sum + messageLength(message) + 1, 0));

function messageLength({ content }: ModelMessage): number {
  if (typeof content === "string") return content.length;
  return content.reduce((sum, part) => sum + contentText(part).length, 0);
}

type AnyContent = Exclude<ModelMessage["content"], string>[number];

function contentText(part: AnyContent): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "tool-call":
      return part.input;
    case "tool-result":
      return part.output;
    // Is not sent.
    case "reasoning":
      return "";
    default:
      return part satisfies never;
  }
}

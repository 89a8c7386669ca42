import type { ModelMessage, ToolCallContent } from "#lib/models/model-message.ts";

/**
 * Every call has exactly one result, right behind its message and in its order; and the rest that providers
 * insist on.
 */
export function isAcceptable(messages: readonly ModelMessage[]): boolean {
  const ids = callsOf(messages).map(({ toolCallId }) => toolCallId);
  return (
    new Set(ids).size === ids.length &&
    callsOf(messages).every(({ input: args }) => JSON.parse(args)?.constructor === Object) &&
    callsOf(messages).every(({ toolName }) => /^[A-Za-z0-9_-]{1,64}$/.test(toolName)) &&
    messages.every((message, at) => {
      const [before, after] = [messages[at - 1], messages[at + 1]];
      const calls = callsOf([message]).map(({ toolCallId }) => toolCallId);
      const results = after?.role === "tool" ? after.content.map(({ toolCallId }) => toolCallId) : [];
      return (
        message.content.length > 0 &&
        message.role !== before?.role &&
        (message.role !== "system" || at === 0) &&
        (message.role !== "tool" || before?.role === "assistant") &&
        JSON.stringify(calls) === JSON.stringify(results)
      );
    })
  );
}

/** All calls of a history, in order. */
export const callsOf = (messages: readonly ModelMessage[]): ToolCallContent[] =>
  messages.flatMap((message) =>
    message.role === "assistant" ? message.content.filter((part) => part.type === "tool-call") : [],
  );

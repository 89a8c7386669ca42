import type { AssistantMessage } from "./message.ts";

/**
 * Whether a call of the answer may be made once more because a person wants it: it failed, only reads, and
 * was not repeated already. A call inside another one is that one's to make.
 */
export function isRetriable({ parts }: Pick<AssistantMessage, "parts">, toolCallId: string): boolean {
  const call = parts.findLast((part) => part.type === "tool" && part.toolCallId === toolCallId);
  return (
    call?.type === "tool" &&
    call.state === "output-error" &&
    call.isRepeatable === true &&
    call.parentToolCallId === undefined &&
    !parts.some((part) => part.type === "tool" && part.retryOf === toolCallId)
  );
}

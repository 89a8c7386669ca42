import type { AssistantMessage } from "./message.ts";

/**
 * Whether a call of the answer may be made once more because a person wants it: it failed, only reads, and
 * was not repeated already. A call inside another one, or inside a workflow's step, is that one's to make.
 */
export function isRetriable(
  { parts, workflow }: Pick<AssistantMessage, "parts" | "workflow">,
  toolCallId: string,
): boolean {
  if (workflow) return false;
  const call = parts.findLast((part) => part.type === "tool" && part.toolCallId === toolCallId);
  return (
    call?.type === "tool" &&
    call.state === "output-error" &&
    call.isRepeatable === true &&
    call.parentToolCallId === undefined &&
    !parts.some((part) => part.type === "tool" && part.retryOf === toolCallId)
  );
}

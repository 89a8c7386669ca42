import type { AssistantMessage, Part } from "./message.ts";

/**
 * A kept partial answer and what the run that continues it has written: one message, under the same id. Text
 * continues in the part in which it was cut off, in mid-sentence. `kept` is given back with the run's parts
 * behind its own; a message that already is of that run is returned as it is in `continued`.
 */
export function continueMessage(
  kept: AssistantMessage | undefined,
  continued: AssistantMessage,
): AssistantMessage {
  if (!kept || kept.runId === continued.runId) return continued;
  return { ...continued, createdAt: kept.createdAt, parts: joinParts(kept.parts, continued.parts) };
}

function joinParts(kept: readonly Part[], added: readonly Part[]): readonly Part[] {
  const last = kept.at(-1);
  const [first, ...rest] = added;
  if (last?.type !== "text" || first?.type !== "text") return [...kept, ...added];
  const { endedAt: _, ...begun } = last;
  const joined: Part = {
    ...begun,
    text: last.text + first.text,
    ...(first.endedAt !== undefined && { endedAt: first.endedAt }),
  };
  return [...kept.slice(0, -1), joined, ...rest];
}

import type { Part } from "./message.ts";

/** The calls that gave what others wrote: by themselves, or by a call inside of them, however deep. */
export function outsideCalls(parts: readonly Part[]): ReadonlySet<string> {
  const outside = new Set<string>();
  const calls = new Map(parts.flatMap((part) => (part.type === "tool" ? [[part.toolCallId, part]] : [])));
  for (const { isOutside, attempt, toolCallId } of calls.values()) {
    if (!isOutside || attempt === undefined) continue;
    let id: string | undefined = toolCallId;
    while (id !== undefined && !outside.has(id)) {
      outside.add(id);
      id = calls.get(id)?.parentToolCallId;
    }
  }
  return outside;
}

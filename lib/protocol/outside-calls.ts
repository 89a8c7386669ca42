import { codeToolName } from "./code-call.ts";
import type { Part, ToolPart } from "./message.ts";

/**
 * The calls that gave what others wrote: by themselves, by a call inside of them, however deep, or by code
 * that finds what the code before it has read in a variable.
 */
export function outsideCalls(parts: readonly Part[]): ReadonlySet<string> {
  const outside = new Set<string>();
  const calls = new Map(parts.flatMap((part) => (part.type === "tool" ? [[part.toolCallId, part]] : [])));
  const add = ({ toolCallId }: ToolPart): void => {
    let id: string | undefined = toolCallId;
    while (id !== undefined && !outside.has(id)) {
      outside.add(id);
      id = calls.get(id)?.parentToolCallId;
    }
  };
  for (const call of calls.values()) if (call.isOutside && call.attempt !== undefined) add(call);
  /** The loops whose code has read something: what it sets is kept from one piece of code to the next. */
  const loops = new Set<string | undefined>();
  for (const call of calls.values()) {
    if (call.toolName !== codeToolName) continue;
    if (loops.has(call.parentToolCallId)) add(call);
    else if (outside.has(call.toolCallId)) loops.add(call.parentToolCallId);
  }
  return outside;
}

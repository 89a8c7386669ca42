import type { ModelPart } from "./model.ts";

/** The same parts with adjacent texts of one kind as one, in time linear in their number. */
export function joinTexts(parts: readonly ModelPart[]): ModelPart[] {
  const joined: ModelPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const both = last && join(last, part);
    if (both) joined[joined.length - 1] = both;
    else joined.push(part);
  }
  return joined;
}

function join(one: ModelPart, next: ModelPart): ModelPart | undefined {
  switch (next.type) {
    case "text":
    case "reasoning":
    case "refusal":
      return one.type === next.type ? { type: next.type, delta: one.delta + next.delta } : undefined;
    case "tool-call-delta":
      return one.type === next.type && one.index === next.index
        ? { ...next, delta: one.delta + next.delta }
        : undefined;
    default:
      return undefined;
  }
}

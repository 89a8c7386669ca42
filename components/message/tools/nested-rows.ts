import type { Part } from "#lib/protocol/message.ts";

/** What was written inside a call, in its order; the attempts at one object stand where the first does. */
export function nestedRows(parts: readonly Part[]): readonly (readonly Part[])[] {
  const rows: Part[][] = [];
  for (const part of parts) {
    const draft =
      part.type === "object" && part.attempt > 1
        ? rows.findLast(([first]) => first?.type === "object" && first.name === part.name)
        : undefined;
    if (draft) draft.push(part);
    else rows.push([part]);
  }
  return rows;
}

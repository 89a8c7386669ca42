import type { Part, ToolPart } from "#lib/protocol/message.ts";

/** Calls that share a line of the ledger: one, or several that were made at once. */
export interface ToolRowItem {
  key: string;
  calls: readonly ToolPart[];
}

/**
 * The lines that calls of one step have, in the order in which they were made: calls that run side by side
 * share one; whatever a person was asked about keeps a line of its own.
 */
export function toolRows(calls: readonly ToolPart[]): ToolRowItem[] {
  const rows: { key: string; calls: ToolPart[] }[] = [];
  for (const call of calls) {
    const last = rows.at(-1);
    const isTogether = last?.calls.every((each) => !isAsked(each)) && !isAsked(call);
    if (isTogether) last?.calls.push(call);
    else rows.push({ key: call.toolCallId, calls: [call] });
  }
  return rows;
}

/** Those that the model of the answer made, not an agent inside a call. */
export const ownCalls = (parts: readonly Part[]): ToolPart[] => {
  const calls = parts.filter((part) => part.type === "tool");
  const known = new Set(calls.map(({ toolCallId }) => toolCallId));
  return calls.filter(
    ({ parentToolCallId }) => parentToolCallId === undefined || !known.has(parentToolCallId),
  );
};

/** What was written inside a call, by the call: the steps of an agent that is its tool. */
export function partsInside(parts: readonly Part[]): ReadonlyMap<string, readonly Part[]> {
  const inside = new Map<string, Part[]>();
  for (const part of parts) {
    const { parentToolCallId: outer } = part;
    if (outer === undefined) continue;
    const known = inside.get(outer);
    if (known) known.push(part);
    else inside.set(outer, [part]);
  }
  return inside;
}

const isAsked = ({ approvalId, decision }: ToolPart): boolean =>
  approvalId !== undefined || decision !== undefined;

/** A call of an agent inside of it, at any depth, waits for a person. */
export const asksInside = (
  { toolCallId }: Pick<ToolPart, "toolCallId">,
  inside: ReadonlyMap<string, readonly Part[]>,
): boolean =>
  (inside.get(toolCallId) ?? []).some(
    (part) => part.type === "tool" && (part.state === "approval-requested" || asksInside(part, inside)),
  );

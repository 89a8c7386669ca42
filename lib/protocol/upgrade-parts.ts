import type { Part, ToolState } from "./message.ts";

/** What the states of a tool call were called before they had the AI SDK's names. */
const toolStates: Readonly<Record<string, ToolState>> = {
  preparing: "input-streaming",
  queued: "input-available",
  "needs-approval": "approval-requested",
  done: "output-available",
  failed: "output-error",
  denied: "output-denied",
};

/**
 * Parts as messages and folds hold them, from stored ones of any build: they said `kind` once, and other
 * states.
 */
export const upgradeParts = (stored: readonly unknown[]): Part[] => stored.map(upgradePart);

function upgradePart(stored: unknown): Part {
  // Cast: `encodeStored` wrote it, in this build or another.
  const { kind, ...part } = stored as Part & { kind?: string };
  const type = kind ?? part.type;
  const state = "state" in part ? { state: toolStates[part.state] ?? part.state } : {};
  // Cast: the same.
  return { ...part, type: type === "source" ? "source-url" : type, ...state } as Part;
}

/** Parts as they are stored: an older build that shares the store knows them by `kind`. */
export const storedParts = (parts: readonly Part[]): object[] =>
  parts.map((part) => ({ kind: part.type === "source-url" ? "source" : part.type, ...part }));

import type { Message, Part, ToolState } from "./message.ts";

/** What the states of a tool call were called before they had the AI SDK's names. */
const toolStates: readonly (readonly [older: string, state: ToolState])[] = [
  ["preparing", "input-streaming"],
  ["queued", "input-available"],
  ["needs-approval", "approval-requested"],
  ["done", "output-available"],
  ["failed", "output-error"],
  ["denied", "output-denied"],
];
const stateByOlder: ReadonlyMap<string, ToolState> = new Map(toolStates);
const olderByState: ReadonlyMap<string, string> = new Map(toolStates.map(([older, state]) => [state, older]));

/** A message as any build stored or sent it. */
export type StoredMessage = Omit<Message, "parts"> & { parts?: readonly unknown[] };

/**
 * Parts from stored or sent ones of any build: older ones called the type `kind`, and had other names for the
 * states of a tool call.
 */
export const upgradeParts = (stored: readonly unknown[]): Part[] => stored.map(upgradePart);

/**
 * Parts as they are stored and sent: older builds that share the store, and pages of theirs, go on with them.
 */
export const storedParts = (parts: readonly Part[]): object[] => parts.map(storedPart);

/** A message from a stored or sent one of any build. */
export const upgradeMessage = (stored: StoredMessage): Message =>
  // Cast: `storedMessage` made it, in this build or another.
  (stored.parts ? { ...stored, parts: upgradeParts(stored.parts) } : stored) as Message;

/** A message as it is stored and sent. */
export const storedMessage = (message: Message): object =>
  "parts" in message ? { ...message, parts: storedParts(message.parts) } : message;

function upgradePart(stored: unknown): Part {
  // Cast: `storedPart` made it, in this build or another.
  const { kind, ...part } = stored as Part & { kind?: string };
  const type = kind === "source" ? "source-url" : (kind ?? part.type);
  const state = "state" in part && { state: stateByOlder.get(part.state) ?? part.state };
  // Cast: the same.
  return { ...part, type, ...state } as Part;
}

function storedPart(part: Part): object {
  const kind = part.type === "source-url" ? "source" : part.type;
  const state = part.type === "tool" && { state: olderByState.get(part.state) ?? part.state };
  return { kind, ...part, ...state };
}

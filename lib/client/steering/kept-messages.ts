import { isRecord } from "../../protocol/is-record.ts";
import { steeringKey } from "./steering-key.ts";
import type { SteeringMessage } from "./steering-state.ts";

/** What an earlier page of this tab had written for a live answer: each is sent again, and is one. */
export function readSteering(storage: () => Storage, conversationId: string): SteeringMessage[] {
  try {
    const stored: unknown = JSON.parse(storage().getItem(steeringKey(conversationId)) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isKeptMessage).map(restored) : [];
  } catch {
    return [];
  }
}

/** If the browser refuses or is full, it keeps none of them. */
export function keepSteering(
  storage: () => Storage,
  conversationId: string,
  messages: readonly SteeringMessage[],
): void {
  const kept = messages.map((each): KeptMessage => {
    const { id, text } = each;
    return each.way === "into" ? { id, text, runId: each.runId } : { id, text };
  });
  try {
    if (kept.length > 0) storage().setItem(steeringKey(conversationId), JSON.stringify(kept));
    else storage().removeItem(steeringKey(conversationId));
  } catch {
    dropSteering(storage, conversationId);
  }
}

/** What was kept before is not what is left. */
function dropSteering(storage: () => Storage, conversationId: string): void {
  try {
    storage().removeItem(steeringKey(conversationId));
  } catch {
    // Then nothing was kept.
  }
}

interface KeptMessage {
  id: string;
  text: string;
  /** Absent: it is asked after. */
  runId?: string;
}

const isKeptMessage = (value: unknown): value is KeptMessage =>
  isRecord(value) &&
  typeof value["id"] === "string" &&
  typeof value["text"] === "string" &&
  (value["runId"] === undefined || typeof value["runId"] === "string");

const restored = ({ id, text, runId }: KeptMessage): SteeringMessage =>
  runId === undefined
    ? { way: "after", id, text }
    : { way: "into", id, text, runId, state: "sending", attempts: 0 };

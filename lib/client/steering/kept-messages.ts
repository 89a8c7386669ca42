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
    if (each.way === "into") return { id, text, runId: each.runId };
    const { isNext, instead } = each;
    return { id, text, ...(isNext && { isNext }), ...(instead !== undefined && { instead }) };
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
  /** Absent: it waits to be asked. */
  runId?: string;
  /** In the place of the answer that was live. */
  isNext?: true;
  /** The run of that answer. Absent in what older pages have kept. */
  instead?: string | null;
}

const isKeptMessage = (value: unknown): value is KeptMessage =>
  isRecord(value) &&
  typeof value["id"] === "string" &&
  typeof value["text"] === "string" &&
  (value["runId"] === undefined || typeof value["runId"] === "string") &&
  (value["instead"] === undefined || value["instead"] === null || typeof value["instead"] === "string");

function restored({ id, text, runId, isNext, instead }: KeptMessage): SteeringMessage {
  const sent = { id, text, state: "sending", attempts: 0 } as const;
  if (runId !== undefined) return { way: "into", ...sent, runId };
  return {
    ...{ way: "after", ...sent, mayBeThere: true },
    ...(isNext === true && { isNext, ...(instead !== undefined && { instead }) }),
  };
}

import { isRecord } from "./is-record.ts";
import type { RunEvent } from "./run-event.ts";

/**
 * A stored row or a frame that is not an event: a truncated write, a hand-edited store, a proxy's error page.
 */
class EventFormatError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = "EventFormatError";
  }
}

type TextField =
  | "id"
  | "name"
  | "delta"
  | "inputTextDelta"
  | "toolCallId"
  | "toolName"
  | "stepId"
  | "messageId"
  | "responseId"
  | "text"
  | "step"
  | "instance"
  | "state"
  | "message"
  | "upTo"
  | "type";

/**
 * The texts that a fold appends or looks up by: without them an event is of no type that this reader knows.
 */
const needed: Partial<Record<RunEvent["type"], readonly TextField[]>> = {
  "text-start": ["id"],
  "text-delta": ["id", "delta"],
  "reasoning-start": ["id"],
  "reasoning-delta": ["id", "delta"],
  "refusal-delta": ["id", "delta"],
  "tool-input-start": ["toolCallId", "toolName"],
  "tool-input-delta": ["toolCallId", "inputTextDelta"],
  "object-delta": ["id", "delta"],
  "start-step": ["stepId"],
  "model-response": ["stepId", "responseId"],
  "model-name": ["name"],
  "history-summary": ["upTo"],
  steered: ["messageId", "text"],
  "workflow-event": ["id", "name"],
  "workflow-state": ["instance", "name"],
  "workflow-step": ["step", "instance", "state"],
  progress: ["message"],
};

/**
 * Reads one event from its JSON text: the frame of a stream or the row of a store.
 * Checks the envelope and the texts that a fold adds up; types it does not know pass, for their seq.
 * No zod here: its 92 kB would be the largest part of the page. Throws `EventFormatError`.
 */
export function decodeEvent(json: string): RunEvent {
  const value = parseEventJson(json);
  if (!isEnvelope(value)) throw new EventFormatError(`not an event: ${json.slice(0, 80)}`);
  const known = (needed[value.type] ?? []).every((field) => typeof value[field] === "string");
  // Cast: our own server wrote it by the zod union; the types unknown to this build fall to the fold's
  // default.
  return (known ? value : { ...value, type: "malformed" }) as RunEvent;
}

function parseEventJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new EventFormatError(`not JSON: ${json.slice(0, 80)}`, { cause });
  }
}

type Envelope = Pick<RunEvent, "runId" | "epoch" | "seq" | "ts" | "type"> &
  Partial<Record<TextField, unknown>>;

function isEnvelope(value: unknown): value is Envelope {
  if (!isRecord(value)) return false;
  const { runId, epoch, seq, ts, type } = value;
  return (
    typeof runId === "string" &&
    Number.isSafeInteger(epoch) &&
    Number.isSafeInteger(seq) &&
    typeof ts === "number" &&
    typeof type === "string"
  );
}

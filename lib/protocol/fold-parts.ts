import type { ObjectPart, Part, PartBase, TextPart, ToolDecision, ToolPart } from "./message.ts";
import type { EventOf, ProviderMetadata, RunEvent } from "./run-event.ts";
import type { Step } from "./run-state.ts";

/** The events that change the parts of an answer, and nothing else of a run. */
export type PartEvent = Exclude<
  RunEvent,
  EventOf<
    | "start"
    | "start-step"
    | "finish-step"
    | "reset-step"
    | "continue-step"
    | "model-response"
    | "model-name"
    | "history-summary"
    | "retry"
    | "usage"
    | "stop-requested"
    | "workflow-start"
    | "workflow-event"
    | "workflow-state"
    | "workflow-step"
    | "progress"
    | "finish"
    | "abort"
    | "error"
    | "interrupted"
  >
>;

/**
 * The parts of an answer after one more event; `steps` are those begun so far, the newest last.
 * An event of a part that is not there changes nothing.
 */
export function foldParts(parts: readonly Part[], steps: readonly Step[], event: PartEvent): readonly Part[] {
  switch (event.type) {
    case "text-start":
    case "reasoning-start":
    case "tool-input-start":
    case "handoff":
    case "source-url":
    case "steered":
      return [...parts, opened(event, steps)];
    case "text-delta":
    case "reasoning-delta":
      return edit(parts, isWriting(event.id), (part) => withMoreText(part, event.delta));
    case "text-end":
    case "reasoning-end":
      return edit(parts, isWriting(event.id), (part) => ({
        ...part,
        endedAt: event.ts,
        ...metadataOf(part, event),
      }));
    case "refusal-delta":
      return parts.some((part) => part.type === "refusal" && part.id === event.id)
        ? edit(parts, isRefusal(event.id), (part) => ({ ...part, text: part.text + event.delta }))
        : [...parts, opened(event, steps)];
    case "object-start":
      return startObject(parts, steps, event);
    case "object-delta":
      return edit(parts, isObject(event.id), (part) => ({ ...part, json: part.json + event.delta }));
    case "object-end":
      return edit(parts, isObject(event.id), (part) => ({
        ...part,
        value: event.value,
        valid: event.valid,
        ...(event.errors && { errors: event.errors }),
        endedAt: event.ts,
      }));
    case "agent-input":
    case "data":
      return parts;
    case "tool-approval-response":
      return edit(parts, isApproval(event.approvalId), (part) => withDecision(part, event));
    case "tool-approval-request":
      return edit(parts, isTool(event.toolCallId), (part) => withRequest(part, event));
    case "tool-input-delta":
    case "tool-input-available":
    case "tool-input-error":
    case "tool-start":
    case "tool-progress":
    case "tool-output-available":
    case "tool-output-error":
    case "tool-output-denied":
      return edit(parts, isTool(event.toolCallId), (part) => ({ ...part, ...toolChange(part, event) }));
    default:
      // A newer writer's event: the cursor has advanced, and that is all a reader that does not know it may
      // do.
      event satisfies never;
      return parts;
  }
}

/** One that had ended is open again: another holder's model goes on with it. */
function withMoreText(part: TextPart, delta: string): TextPart {
  if (part.endedAt === undefined) return { ...part, text: part.text + delta };
  const { endedAt: _, ...open } = part;
  return { ...open, text: part.text + delta };
}

/** An attempt higher than that of the draft of the same name in the same step takes its place. */
function startObject(
  parts: readonly Part[],
  steps: readonly Step[],
  event: EventOf<"object-start">,
): readonly Part[] {
  const object = opened(event, steps);
  const at = parts.findLastIndex(
    (part) =>
      part.type === "object" &&
      part.name === event.name &&
      part.stepId === object.stepId &&
      part.attempt < event.attempt,
  );
  return at === -1 ? [...parts, object] : parts.with(at, object);
}

type OpeningEvent = EventOf<
  | "text-start"
  | "reasoning-start"
  | "refusal-delta"
  | "tool-input-start"
  | "object-start"
  | "handoff"
  | "source-url"
  | "steered"
>;

function opened(event: OpeningEvent, steps: readonly Step[]): Part {
  switch (event.type) {
    case "text-start":
      return { type: "text", id: event.id, text: "", ...metadataOf({}, event), ...pieceOf(event, steps) };
    case "reasoning-start":
      return {
        type: "reasoning",
        id: event.id,
        text: "",
        ...metadataOf({}, event),
        ...pieceOf(event, steps),
      };
    case "refusal-delta":
      return { type: "refusal", id: event.id, text: event.delta, ...pieceOf(event, steps) };
    case "tool-input-start": {
      const { toolCallId, toolName, retryOf, providerExecuted } = event;
      const call = { type: "tool", toolCallId, toolName, state: "input-streaming", inputText: "" } as const;
      const repeats = retryOf !== undefined && { retryOf };
      const hosted = providerExecuted && { providerExecuted: true as const };
      return { ...call, ...repeats, ...hosted, ...metadataOf({}, event), ...pieceOf(event, steps) };
    }
    case "object-start": {
      const { id, name, attempt, schema } = event;
      const object = { type: "object", id, name, json: "", attempt, ...(schema && { schema }) } as const;
      return { ...object, ...pieceOf(event, steps) };
    }
    case "handoff": {
      const { from, to, reason, ts } = event;
      const handoff = { type: "handoff", from, to, ...(reason !== undefined && { reason }) } as const;
      return { ...handoff, ...pieceOf(event, steps), endedAt: ts };
    }
    case "source-url": {
      const { sourceId, url, title, toolCallId, ts } = event;
      const source = { type: "source-url", sourceId, url, ...(title !== undefined && { title }) } as const;
      const by = toolCallId !== undefined && { toolCallId };
      return { ...source, ...by, ...pieceOf(event, steps), endedAt: ts };
    }
    case "steered": {
      const { messageId, text, by, ts } = event;
      // Of no step, so that no reset drops what a person said.
      return { type: "steered", messageId, text, by, stepId: "", startedAt: ts, endedAt: ts };
    }
    default:
      return event satisfies never;
  }
}

/** What an opened part has from its step: the one that is named, else the newest. */
function pieceOf(
  { stepId, ts }: { stepId?: string | undefined; ts: number },
  steps: readonly Step[],
): PartBase {
  const step = stepId === undefined ? steps.at(-1) : steps.find((each) => each.stepId === stepId);
  const parentToolCallId = step?.parentToolCallId;
  return {
    stepId: stepId ?? step?.stepId ?? "",
    ...(parentToolCallId !== undefined && { parentToolCallId }),
    startedAt: ts,
  };
}

type ToolEvent = Exclude<
  Extract<PartEvent, { toolCallId: string }>,
  EventOf<"tool-input-start" | "tool-approval-request">
>;

function toolChange(part: ToolPart, event: ToolEvent): Partial<ToolPart> {
  switch (event.type) {
    case "tool-input-delta":
      return { inputText: part.inputText + event.inputTextDelta };
    case "tool-input-available":
      return { state: "input-available", input: event.input, ...metadataOf(part, event) };
    case "tool-input-error":
      return {
        state: "output-error",
        input: event.input,
        errorText: event.errorText,
        endedAt: event.ts,
        ...metadataOf(part, event),
      };
    case "tool-start":
      return {
        state: "running",
        attempt: event.attempt,
        ...(event.of !== undefined && { attempts: event.of }),
        ...(event.reason !== undefined && { failedBefore: event.reason }),
        ...(event.isOutside && { isOutside: true }),
      };
    case "tool-progress":
      return {
        progress: {
          progress: event.progress,
          ...(event.total !== undefined && { total: event.total }),
          ...(event.message !== undefined && { message: event.message }),
        },
      };
    case "tool-output-available":
      return event.preliminary
        ? { output: event.output }
        : { state: "output-available", output: event.output, endedAt: event.ts };
    case "tool-output-error":
      return {
        state: "output-error",
        errorText: event.errorText,
        ...(event.code !== undefined && { code: event.code }),
        ...(event.isRepeatable && { isRepeatable: true }),
        endedAt: event.ts,
      };
    case "tool-output-denied":
      return {
        state: "output-denied",
        ...(event.reason !== undefined && { errorText: event.reason }),
        endedAt: event.ts,
      };
    default:
      event satisfies never;
      return {};
  }
}

/** The newest request is the one that is open; what was decided for the conversation stays. */
function withRequest(
  part: ToolPart,
  { approvalId, effect, inputHash, question, change }: EventOf<"tool-approval-request">,
): ToolPart {
  const { question: _, change: __, decision, ...call } = part;
  const kept = decision?.approved && (question || decision.scope) ? { decision: ofThen(part, decision) } : {};
  const asked = { approvalId, effect, inputHash, ...(question && { question }), ...(change && { change }) };
  return { ...call, ...kept, state: "approval-requested", ...asked };
}

/** It counts for the tool that it was given for, whatever is asked of the call next. */
const ofThen = ({ effect, inputHash }: ToolPart, decision: ToolDecision): ToolDecision =>
  decision.scope === "conversation"
    ? { ...(effect !== undefined && { effect }), ...(inputHash !== undefined && { inputHash }), ...decision }
    : decision;

/**
 * The answer to a question lets the call go on; it decides nothing of one that was approved before. The first
 * counts.
 */
function withDecision(part: ToolPart, event: EventOf<"tool-approval-response">): ToolPart {
  const isDenied = !part.question && part.decision?.approved === false;
  if (part.state !== "approval-requested" || isDenied) return part;
  const { approvalId, approved, by, reason, scope, content } = event;
  const decision: ToolDecision = {
    approved,
    by,
    ...(reason !== undefined && { reason }),
    ...(scope && { scope }),
    ...(content && { content }),
  };
  const hash = part.inputHash !== undefined && { inputHash: part.inputHash };
  if (!part.question) return { ...part, state: approved ? "input-available" : part.state, decision };
  return {
    ...part,
    state: part.attempt === undefined ? "input-available" : "running",
    decision: part.decision ?? decision,
    answers: [...(part.answers ?? []), { approvalId, ...hash, ...decision }],
  };
}

interface WithMetadata {
  providerMetadata?: ProviderMetadata;
}

/** What a wire says again counts; what another said stays. */
const metadataOf = (part: WithMetadata, { providerMetadata }: WithMetadata): WithMetadata =>
  providerMetadata === undefined
    ? {}
    : { providerMetadata: { ...part.providerMetadata, ...providerMetadata } };

const isWriting =
  (id: string) =>
  (part: Part): part is TextPart =>
    (part.type === "text" || part.type === "reasoning") && part.id === id;
const isRefusal =
  (id: string) =>
  (part: Part): part is Extract<Part, { type: "refusal" }> =>
    part.type === "refusal" && part.id === id;
const isObject =
  (id: string) =>
  (part: Part): part is ObjectPart =>
    part.type === "object" && part.id === id;
const isTool =
  (id: string) =>
  (part: Part): part is ToolPart =>
    part.type === "tool" && part.toolCallId === id;
const isApproval =
  (id: string) =>
  (part: Part): part is ToolPart =>
    part.type === "tool" && part.approvalId === id;

/** Changes the newest part that matches. */
function edit<P extends Part>(
  parts: readonly Part[],
  matches: (part: Part) => part is P,
  next: (part: P) => P,
): readonly Part[] {
  const at = parts.findLastIndex(matches);
  const part = parts[at];
  return part && matches(part) ? parts.with(at, next(part)) : parts;
}

import type { Part, TextPart, ToolPart } from "./message.ts";
import type { EventOf, RunEvent } from "./run-event.ts";

/** The events that change the parts of an answer, and nothing else of a run. */
export type PartEvent = Exclude<
  RunEvent,
  EventOf<
    | "start"
    | "start-step"
    | "finish-step"
    | "reset-step"
    | "retry"
    | "usage"
    | "stop-requested"
    | "finish"
    | "abort"
    | "error"
    | "interrupted"
  >
>;

/**
 * The parts of an answer after one more event. `stepId`: the step that is open. An event of a part that is
 * not there changes nothing.
 */
export function foldParts(parts: readonly Part[], stepId: string, event: PartEvent): readonly Part[] {
  const piece = { stepId, startedAt: event.ts };
  switch (event.type) {
    case "text-start":
    case "reasoning-start":
      return add(parts, {
        type: event.type === "text-start" ? "text" : "reasoning",
        id: event.id,
        text: "",
        ...piece,
      });
    case "text-delta":
    case "reasoning-delta":
      return edit(parts, isWriting(event.id), (part) => ({ ...part, text: part.text + event.delta }));
    case "text-end":
    case "reasoning-end":
      return edit(parts, isWriting(event.id), (part) => ({ ...part, endedAt: event.ts }));
    case "refusal-delta":
      return parts.some((part) => part.type === "refusal" && part.id === event.id)
        ? edit(parts, isRefusal(event.id), (part) => ({ ...part, text: part.text + event.delta }))
        : add(parts, { type: "refusal", id: event.id, text: event.delta, ...piece });
    case "object-start":
      return add(parts, {
        type: "object",
        id: event.id,
        name: event.name,
        json: "",
        attempt: event.attempt,
        ...piece,
      });
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
    case "handoff":
      return add(parts, {
        type: "handoff",
        from: event.from,
        to: event.to,
        ...(event.reason !== undefined && { reason: event.reason }),
        ...piece,
        endedAt: event.ts,
      });
    case "source-url":
      return add(parts, {
        type: "source-url",
        sourceId: event.sourceId,
        url: event.url,
        ...(event.title !== undefined && { title: event.title }),
        ...piece,
        endedAt: event.ts,
      });
    case "agent-input":
    case "workflow-step":
    case "progress":
    case "data":
      return parts;
    case "tool-approval-response":
      return edit(parts, isApproval(event.approvalId), (part) => ({
        ...part,
        state: event.approved ? "input-available" : part.state,
      }));
    case "tool-input-start":
      return add(parts, {
        type: "tool",
        toolCallId: event.toolCallId,
        toolName: event.toolName,
        state: "input-streaming",
        inputText: "",
        ...piece,
      });
    case "tool-input-delta":
    case "tool-input-available":
    case "tool-input-error":
    case "tool-start":
    case "tool-approval-request":
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

type ToolEvent = Exclude<Extract<PartEvent, { toolCallId: string }>, EventOf<"tool-input-start">>;

function toolChange(part: ToolPart, event: ToolEvent): Partial<ToolPart> {
  switch (event.type) {
    case "tool-input-delta":
      return { inputText: part.inputText + event.inputTextDelta };
    case "tool-input-available":
      return { state: "input-available", input: event.input };
    case "tool-input-error":
      return { state: "output-error", input: event.input, errorText: event.errorText, endedAt: event.ts };
    case "tool-start":
      return { state: "running", attempt: event.attempt };
    case "tool-approval-request":
      return { state: "approval-requested", approvalId: event.approvalId, effect: event.effect };
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
        endedAt: event.ts,
      };
    case "tool-output-denied":
      return { state: "output-denied", endedAt: event.ts };
    default:
      event satisfies never;
      return {};
  }
}

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
  (part: Part): part is Extract<Part, { type: "object" }> =>
    part.type === "object" && part.id === id;
const isTool =
  (id: string) =>
  (part: Part): part is ToolPart =>
    part.type === "tool" && part.toolCallId === id;
const isApproval =
  (id: string) =>
  (part: Part): part is ToolPart =>
    part.type === "tool" && part.approvalId === id;

const add = (parts: readonly Part[], part: Part): readonly Part[] => [...parts, part];

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

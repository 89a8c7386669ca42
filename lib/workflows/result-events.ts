import type { EventBody } from "../protocol/run-event.ts";
import { isOpen, type RunState } from "../protocol/run-state.ts";
import { stepText } from "../protocol/step-text.ts";
import { textHash } from "../protocol/text-hash.ts";
import { hashOfJson } from "../tools/call-hash.ts";

interface ResultOptions {
  /** Who writes it. */
  name: string;
  value: unknown;
  /** A JSON Schema of it; absent: unknown. */
  schema: Record<string, unknown> | undefined;
  newId(): string;
}

/** `workflowCall` of the step that writes the result. */
const resultCall = "result";

/**
 * What is missing in the log of a workflow's result: a text becomes a text of the answer unless it stands
 * there, any other value an object. Nothing: it is complete.
 */
export function resultEvents(state: RunState, { name, value, schema, newId }: ResultOptions): EventBody[] {
  if (value === null || value === undefined || value === "") return [];
  const known = state.steps.find(({ workflowCall }) => workflowCall === resultCall);
  if (known && !isOpen(known)) return [];
  if (typeof value === "string" && isInAnswer(state, value)) return [];
  const stepId = known?.stepId ?? newId().slice(-8);
  const id = `${stepId}/${known?.attempt ?? 0}`;
  return [
    known
      ? { type: "reset-step", stepId, attempt: known.attempt + 1, reason: "owner-gone" }
      : { type: "start-step", stepId, index: 0, agent: name, workflowStep: "stop", workflowCall: resultCall },
    ...(typeof value === "string"
      ? textResult(value, { id, stepId })
      : objectResult(value, { id, stepId, name, schema })),
  ];
}

/** An agent has written it already, where the answer stands. */
const isInAnswer = ({ steps, parts }: RunState, text: string): boolean =>
  steps.some(
    ({ stepId, workflowCall, parentToolCallId }) =>
      workflowCall !== undefined &&
      workflowCall !== resultCall &&
      parentToolCallId === undefined &&
      stepText(parts, stepId) === text,
  );

const textResult = (text: string, { id, stepId }: { id: string; stepId: string }): EventBody[] => [
  { type: "text-start", id, stepId },
  { type: "text-delta", id, delta: text },
  { type: "text-end", id },
  { type: "finish-step", stepId, finishReason: "stop", textHash: textHash(text) },
];

const objectResult = (
  value: unknown,
  { id, stepId, name, schema }: { id: string; stepId: string } & Pick<ResultOptions, "name" | "schema">,
): EventBody[] => [
  {
    ...{ type: "object-start", id, stepId, name, attempt: 1 },
    schemaHash: hashOfJson(schema ?? {}),
    ...(schema && { schema }),
  },
  { type: "object-delta", id, delta: JSON.stringify(value) },
  { type: "object-end", id, value, valid: true },
  { type: "finish-step", stepId, finishReason: "stop" },
];

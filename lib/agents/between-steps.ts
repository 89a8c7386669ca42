import type { EventBody, Usage } from "../protocol/run-event.ts";
import { textHash } from "../protocol/text-hash.ts";
import { cutText } from "../tools/tool-output.ts";
import { type AgentScope, insideOf, rulesOf, stateOf, takesInbox } from "./agent-scope.ts";
import type { AgentStep, AskedStep } from "./agent-step.ts";
import { type NextStep, takesSteers } from "./next-step.ts";
import type { InboxItem, ProducerContext } from "./producer.ts";

/**
 * What came from outside and may be written now. What a person said is written where the next request is the
 * first to hold it; a run that fails or is at its end by a cap does not take it. `isBetween`: no answer waits
 * for its calls.
 */
export function newsOf(scope: AgentScope, isBetween: boolean): readonly InboxItem[] {
  const { inbox } = scope.share;
  if (!takesInbox(scope)) return [];
  const decisions = inbox.decisions();
  return isBetween && takesSteers(stateOf(scope), rulesOf(scope))
    ? [...decisions, ...inbox.steers()]
    : decisions;
}

type DirectStep = Extract<NextStep, { type: "direct" }>;

const maxDirectLength = 100_000;

/** The output of a tool as the text of a step of its own: what of it is not in the log yet. */
export function* directEvents(scope: AgentScope, { index, output, step }: DirectStep): Generator<EventBody> {
  const { agent } = scope;
  const stepId = step?.stepId ?? scope.share.context.newId().slice(-8);
  if (!step) yield { type: "start-step", stepId, index, agent: agent.name, ...insideOf(scope) };
  const text = cutText(
    typeof output === "string" ? output : JSON.stringify(output, null, 2),
    maxDirectLength,
  );
  const part = stateOf(scope).parts.find((each) => each.stepId === stepId && each.type === "text");
  const id = `${stepId}/0`;
  if (!part) yield { type: "text-start", id, stepId };
  const written = part && "text" in part ? part.text.length : 0;
  if (written < text.length) yield { type: "text-delta", id, delta: text.slice(written) };
  if (part?.endedAt === undefined) yield { type: "text-end", id };
  yield { type: "finish-step", stepId, finishReason: "stop", textHash: textHash(text) };
}

/** An answer that is read on is reported as a whole: that replaces what was reported of it before. */
export const spentBeforeAnswer = (next: AskedStep, spent: Usage | undefined): Usage | undefined =>
  next.type !== "start" && next.reported ? next.reported.before : spent;

/**
 * What is left of the wait that an earlier holder began, by clocks that may differ: never longer than it was.
 */
export function waitLeft({ stepId }: AgentStep, { state: { retry }, clock }: ProducerContext): number {
  if (!retry || (retry.stepId ?? stepId) !== stepId) return 0;
  return Math.min(retry.inMs, Math.max(0, retry.at + retry.inMs - clock.wall()));
}

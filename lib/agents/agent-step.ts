import type { ModelMessage } from "../models/model-message.ts";
import type { ModelRequest } from "../models/model-request.ts";
import type { Message, Part } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { stepText } from "../protocol/step-text.ts";
import { type AgentScope, insideOf, keptRequest, rulesOf, stateOf } from "./agent-scope.ts";
import { createCitedSources } from "./cited-sources.ts";
import type { LeftStep, NextStep } from "./next-step.ts";
import type { ObjectOutput } from "./output/output.ts";
import { outputFields } from "./output/output-request.ts";
import { createStepInput } from "./step-input.ts";
import { createStepParts, type KeptText, type StepParts } from "./step-parts.ts";

/** A step that its model is asked for: a new one, or one that an earlier holder left. */
export type AskedStep = Extract<NextStep, { type: "start" }> | LeftStep;

/** A step as it is put to the model. */
export interface AgentStep {
  stepId: string;
  attempt: number;
  /** How often its model was asked again in it already. */
  retries: number;
  request: ModelRequest;
  /** What it may be sent, tokens. */
  readonly budget: number;
  parts: StepParts;
  /** What stands in the log before the model says anything. */
  opening: readonly EventBody[];
  /**
   * After a refusal: what the log says before the model is asked with fewer messages, which `request` has
   * then; undefined: it is not.
   */
  shorten(failure: Error): EventBody | undefined;
  /** Its model has answered what it was sent. */
  accepted(): void;
}

interface StepContext {
  scope: AgentScope;
  /** The messages that lead to the answer, as a producer is given them. */
  history: readonly Message[];
  /** Its provider had forgotten the answer: that it was taken over is told of already. */
  isAskedAgain: boolean;
}

/** What is asked, what stands in the log before that, and where the answer goes. */
export function createAgentStep(next: AskedStep, given: StepContext): AgentStep {
  const { scope, history } = given;
  const { agent, model, share } = scope;
  const state = stateOf(scope);
  const left = next.type === "start" ? undefined : next;
  // Short: every delta of the step carries it, and it has to differ only within one message.
  const { stepId, attempt, retries } = left ?? {
    stepId: share.context.newId().slice(-8),
    attempt: 1,
    retries: 0,
  };
  const { prefills = false } = model;
  const beside = askedFor(next, scope);
  const input = createStepInput({ next, agent, state, history, prefills }, scope, beside);
  share.context.noteInput?.(input.estimatedTokens);
  const { messages, written, continues } = input.sent;
  const resume = left && resumeOf(left);
  const ofStep = left?.type === "continue" ? written.filter((part) => part.stepId === stepId) : [];
  const isSameAnswer = resume?.cursor !== undefined;
  const kept = isSameAnswer ? openText(ofStep) : continues ? givenText(messages, ofStep, attempt) : {};
  const step: AgentStep = {
    stepId,
    attempt,
    retries,
    request: { messages, ...beside, ...(resume && { resume }), ...coalescing(scope) },
    budget: input.budget,
    // Another attempt's parts have other ids: what is keyed by them never takes the new text for more of the
    // old.
    parts: createStepParts(stepId, attempt === 1 ? stepId : `${stepId}.${attempt}`, {
      kept: { ...kept, text: stepText(ofStep, stepId), hasRefused: ofStep.some(isRefusalPart) },
      uniqueCallId: (toolCallId) => uniqueCallId(share.callIds, toolCallId, stepId),
      cite(page) {
        share.sources ??= createCitedSources(share.messages ?? history, share.context.state.parts);
        return share.sources.cite(page, { stepId }).event;
      },
      object: agent.output && objectAsked(written, agent.output),
    }),
    opening: [
      ...(left
        ? takeoverEvents(left, given)
        : [
            {
              ...({ type: "start-step", stepId, index: next.index, agent: agent.name } as const),
              ...insideOf(scope),
              ...keptRequest(scope, next.index),
            },
          ]),
      ...retryOfReply(next, scope, stepId),
      ...(isSameAnswer ? [] : openThoughts(ofStep)),
      ...openHostedCalls(ofStep),
      input.event(stepId),
    ],
    accepted: input.accepted,
    shorten(failure) {
      // What its provider keeps is read with no messages at all.
      if (resume || !input.shorten(failure)) return undefined;
      step.request = { ...step.request, messages: input.sent.messages };
      return input.event(stepId);
    },
  };
  return step;
}

const isRefusalPart = ({ type }: Part): boolean => type === "refusal";

/** Behind what was written of the object so far, in this run. */
function objectAsked(parts: readonly Part[], output: ObjectOutput) {
  const drafts = parts.filter((part) => part.type === "object").filter(({ name }) => name === output.name);
  const attempt = Math.max(0, ...drafts.map((draft) => draft.attempt)) + 1;
  return { output, attempt, hasFit: drafts.some(({ valid }) => valid === true) };
}

function askedFor(next: AskedStep, scope: AgentScope): Partial<ModelRequest> {
  const { agent, model } = scope;
  const tools = toolsFor(next, scope);
  return agent.output ? outputFields(agent.output, model, tools) : tools;
}

function toolsFor(next: AskedStep, { tools }: AgentScope): Pick<ModelRequest, "tools" | "toolChoice"> {
  if (tools.size === 0) return {};
  const offered = [...tools.values()].map(({ name, description, inputSchema }) => ({
    ...{ name, description, inputSchema },
  }));
  return { tools: offered, ...(next.type === "start" && next.isLast && { toolChoice: "none" }) };
}

const coalescing = ({ share: { options } }: AgentScope) =>
  options.coalesceMs === undefined ? {} : { coalesceMs: options.coalesceMs };

/** That a reply was no answer is told quietly, with the step that this takes. */
const retryOfReply = (next: AskedStep, scope: AgentScope, stepId: string): EventBody[] =>
  next.type === "start" && next.fault !== undefined
    ? [
        {
          ...{ type: "retry", stepId, what: "reply", inMs: 0, reason: "bad-reply" },
          ...{ attempt: next.index + 1, of: rulesOf(scope).maxSteps ?? 0 },
        },
      ]
    : [];

/**
 * Providers number their calls anew in each answer: what was decided of one must not count for another.
 */
function uniqueCallId(taken: Set<string>, toolCallId: string, stepId: string): string {
  let unique = toolCallId;
  for (let count = 0; taken.has(unique); count += 1)
    unique = `${toolCallId}_${stepId}${count === 0 ? "" : `_${count}`}`;
  taken.add(unique);
  return unique;
}

/** What was dropped is read from the beginning. */
const resumeOf = ({ type, response }: LeftStep): ModelRequest["resume"] =>
  response && type === "reset" ? { responseId: response.responseId } : response;

/**
 * The provider goes on with the very same answer: its newest part is open, and perhaps the text before it.
 */
function openText(ofStep: readonly Part[]): KeptText {
  const written = ofStep.filter(isProse).filter(({ endedAt }) => endedAt === undefined);
  const [open, next] = [ofStep.at(-1), written.findLast((part) => part !== ofStep.at(-1))];
  return {
    ...(open && isProse(open) && open.endedAt === undefined && { open: partIdOf(open) }),
    ...(next && next.type !== "reasoning" && { next: partIdOf(next) }),
  };
}

/** The model goes on with its newest text as it was sent it. */
function givenText(messages: readonly ModelMessage[], ofStep: readonly Part[], attempt: number): KeptText {
  const sent = messages.findLast(({ role }) => role === "assistant")?.content.at(-1);
  if (typeof sent === "string" || sent?.type !== "text") return {};
  const part = ofStep.filter(isProse).findLast(({ type }) => type !== "reasoning");
  return { given: { text: sent.text, attempt }, ...(part && { next: partIdOf(part) }) };
}

type ProsePart = Extract<Part, { id: string; text: string }>;

const isProse = (part: Part): part is ProsePart => "id" in part && "text" in part;

const partIdOf = ({ type, id }: ProsePart) => ({ type, id });

function takeoverEvents(
  left: LeftStep,
  { scope, isAskedAgain }: Pick<StepContext, "scope" | "isAskedAgain">,
): EventBody[] {
  const { state, clock } = scope.share.context;
  const { type, stepId, index, attempt, stalls, maxLength, isShown, response } = left;
  // Of several steps each has its own cost, and nobody knows that of the newest.
  const isUnreported = !response && (index > 0 || state.total === undefined);
  const told = {
    afterMs: Math.max(0, clock.wall() - state.lastAt),
    ...(response && { isFetched: true }),
    ...(isUnreported && { isUnreported }),
  };
  const event: EventBody = {
    type: `${type}-step`,
    stepId,
    attempt,
    reason: "owner-gone",
    ...(isShown && !isAskedAgain && told),
    ...(stalls !== attempt - 1 && { stalls }),
    ...(maxLength > 0 && { maxLength }),
  };
  // A reset has dropped it.
  return type === "reset" && response
    ? [event, { type: "model-response", stepId, responseId: response.responseId }]
    : [event];
}

/**
 * An earlier holder left the answer behind a call that it had begun: what it wrote stays, and ends here
 * (next-step.ts 3).
 */
export const leftAtCall = (left: LeftStep, scope: AgentScope): EventBody[] => [
  ...takeoverEvents(left, { scope, isAskedAgain: false }),
  ...stateOf(scope).parts.flatMap((part): EventBody[] =>
    part.stepId === left.stepId &&
    part.endedAt === undefined &&
    (part.type === "text" || part.type === "reasoning")
      ? [{ type: `${part.type}-end`, id: part.id }]
      : [],
  ),
];

/** The model thinks anew before it goes on. */
const openThoughts = (parts: readonly Part[]): EventBody[] =>
  parts.flatMap((part) =>
    part.type === "reasoning" && part.endedAt === undefined ? [{ type: "reasoning-end", id: part.id }] : [],
  );

/** Nobody is told any more what came of them. */
const openHostedCalls = (parts: readonly Part[]): EventBody[] =>
  parts.flatMap((part): EventBody[] =>
    part.type === "tool" && part.providerExecuted && part.endedAt === undefined
      ? [
          {
            ...{ type: "tool-output-error", toolCallId: part.toolCallId, code: "stopped" },
            errorText: "the answer was cut off before its output was told",
          },
        ]
      : [],
  );

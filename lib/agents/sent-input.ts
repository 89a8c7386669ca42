import type { ModelMessage } from "../models/model-message.ts";
import { fold } from "../protocol/fold.ts";
import { isRecord } from "../protocol/is-record.ts";
import type { Message } from "../protocol/message.ts";
import type { EventOf, RunEvent } from "../protocol/run-event.ts";
import type { RunFixture } from "../protocol/run-fixture.ts";
import { emptyRun, type RunState } from "../protocol/run-state.ts";
import type { PromptMessage, SentContent, SentInput } from "../protocol/sent-input.ts";
import type { Agent } from "./agent.ts";
import { inputHash } from "./input-hash.ts";
import { scopedState } from "./scoped-state.ts";
import { type StepRequestFacts, stepMessages } from "./step-messages.ts";

/*
 * What a model was sent in a step of a recorded run. The log keeps a hash of it and not the words: they are
 * built again from the fold, by the function that built them then (step-messages.ts).
 *
 * 1. What the log does not say (whether the model goes on by itself with what stands last, which of several
 *    agents of the name it was) is tried: the hash says which it was.
 * 2. Where nothing fits, an agent is told something else by now, or is not known here. Then the newest words
 *    are shown, or none, and `isExact` is false.
 */

/** Of the newest request up to event `seq`; undefined: no model had been asked by then. */
export function sentInput(
  { messages, events }: RunFixture,
  seq: number,
  agents: readonly Agent[],
): SentInput | undefined {
  const sent = events.findLast(
    (event): event is EventOf<"agent-input"> => event.type === "agent-input" && event.seq <= seq,
  );
  const opening = sent && openingOf(events, sent);
  if (!opening) return undefined;
  const { leftOut = 0, shortened = 0, budget, summarized = "" } = sent;
  const fitted = { summarized, ...(budget === undefined ? { leftOut } : { budget: { tokens: budget } }) };
  const tried = possibleFacts({ messages, events, agents }, sent, opening).map(
    (facts) => stepMessages({ ...facts, ...fitted }).messages,
  );
  const exact = tried.find((each) => inputHash(each) === sent.hash);
  const isKnown = agents.some(({ name }) => name === sent.agent);
  const shown = exact ?? (isKnown ? tried[0] : tried[0]?.slice(1)) ?? [];
  const { seq: at, stepId, agent } = sent;
  const told = {
    ...{ seq: at, stepId, agent },
    ...(leftOut > 0 && { leftOut }),
    ...(shortened > 0 && { shortened }),
  };
  return { ...told, isExact: exact !== undefined, messages: shown.map(sentMessage) };
}

type Opening = EventOf<"start-step" | "reset-step" | "continue-step">;

/** What began the attempt that the model was asked in. */
const openingOf = (
  events: readonly RunEvent[],
  { seq, stepId }: EventOf<"agent-input">,
): Opening | undefined =>
  events.findLast(
    (event): event is Opening =>
      event.seq < seq &&
      (event.type === "start-step" || event.type === "reset-step" || event.type === "continue-step") &&
      event.stepId === stepId,
  );

/** All that it may have been. (1) */
function possibleFacts(
  { messages, events, agents }: RunFixture & { agents: readonly Agent[] },
  { stepId, agent: name }: EventOf<"agent-input">,
  opening: Opening,
): StepRequestFacts[] {
  const run = events.slice(0, opening.seq - 1).reduce(fold, emptyRun(opening.runId));
  const begun = events.find((event) => event.type === "start-step" && event.stepId === stepId);
  const scope = begun?.type === "start-step" ? begun : undefined;
  const state = scopedState(run, {
    ...(scope?.parentToolCallId !== undefined && { parentToolCallId: scope.parentToolCallId }),
    ...(scope?.workflowCall !== undefined && { workflowCall: scope.workflowCall }),
  });
  const history = historyOf({ messages, events }, run, scope);
  const known = agents.filter((each) => each.name === name);
  const told = known.length > 0 ? known.map((each) => withOwnForm(each, history)) : [unknownAgent];
  return told.flatMap((agent) =>
    [false, true].flatMap((prefills) =>
      possibleNext(opening, state).map((next) => ({ next, agent, state, history, prefills })),
    ),
  );
}

const unknownAgent = { instructions: "" };

/** The form that the person gave, where the agent takes its own from there. */
function withOwnForm(agent: Agent, history: readonly Message[]): StepRequestFacts["agent"] {
  const found = agent.findOutput?.(history);
  return found?.type === "ok" ? { ...agent, output: found.output } : agent;
}

function possibleNext(opening: Opening, { steps }: RunState): StepRequestFacts["next"][] {
  const { type, stepId } = opening;
  if (type !== "start-step") return [{ type: type === "reset-step" ? "reset" : "continue", stepId }];
  const fault = steps.at(-1)?.fault;
  const next = { type: "start", index: opening.index, ...(fault !== undefined && { fault }) } as const;
  return [next, { ...next, isLast: true }];
}

/** What leads to the answer of the loop that the step is of. */
function historyOf(
  { messages, events }: RunFixture,
  run: RunState,
  scope: EventOf<"start-step"> | undefined,
): readonly Message[] {
  const { parentToolCallId, workflowCall } = scope ?? {};
  if (parentToolCallId !== undefined) {
    const call = run.parts.find((part) => part.type === "tool" && part.toolCallId === parentToolCallId);
    const { request } = call?.type === "tool" && isRecord(call.input) ? call.input : {};
    return [requestMessage(run.runId, typeof request === "string" ? request : "")];
  }
  if (workflowCall === undefined) return messages;
  const first = events.find((event) => event.type === "start-step" && event.workflowCall === workflowCall);
  const request = first?.type === "start-step" ? first.request : undefined;
  return request === undefined ? [] : [requestMessage(run.runId, request)];
}

const requestMessage = (runId: string, text: string): Message => ({
  ...{ id: "", parentId: null, runId, role: "user", createdAt: 0 },
  text,
});

function sentMessage({ role, content }: ModelMessage): PromptMessage {
  return {
    role,
    content: typeof content === "string" ? [{ type: "text", text: content }] : content.map(sentContent),
  };
}

type Content = Exclude<ModelMessage["content"], string>[number];

function sentContent(content: Content): SentContent {
  switch (content.type) {
    case "text":
    case "reasoning":
      return { type: content.type, text: content.text };
    case "tool-call":
      return { type: content.type, toolName: content.toolName, text: content.input };
    case "tool-result": {
      const { type, toolName, output: text, isError } = content;
      return { type, toolName, text, ...(isError && { isError }) };
    }
    default:
      return content satisfies never;
  }
}

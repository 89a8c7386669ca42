import type { Agent } from "../agents/agent.ts";
import { type AgentScope, equipped, insideOf, stateOf } from "../agents/agent-scope.ts";
import { agentTool } from "../agents/agent-tool.ts";
import { objectIn } from "../agents/output/object-in.ts";
import type { Outcome } from "../agents/producer.ts";
import { runSteps } from "../agents/run-agent.ts";
import { newestText } from "../agents/run-agent-call.ts";
import { runCalls } from "../agents/run-calls.ts";
import type { Message, ToolPart } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { waitTool } from "../protocol/workflow-graph.ts";
import { hashOfJson } from "../tools/call-hash.ts";
import type { Tool } from "../tools/tool.ts";
import { droppedSteps } from "./dropped-steps.ts";
import { type Flow, FlowEndedError } from "./flow.ts";

/**
 * What a step asks of models, tools and people. Each is found in the log again by which of the instance's it
 * is and by what it asks: one that was answered is not asked again, one that is open goes on from there, one
 * that asks something else now takes its place.
 */
export interface StepCalls {
  /** In a card of its own. */
  ask(agent: Agent, request: string): Promise<unknown>;
  /** As text of the answer. */
  show(agent: Agent, request: string): Promise<unknown>;
  /** The output of the call, by the tool's rules. */
  call(tool: Tool, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  write(text: string): Promise<void>;
  /** What was written ends. */
  endText(): Promise<void>;
}

interface CallsOptions {
  instance: string;
  /** How often the instance has failed: what it had asked is asked anew then, a wait for an event apart. */
  failures: number;
  /** What is asked of a person beside what the step asks; absent: the step itself asks. */
  purpose?: string;
  onWaiting(isWaiting: boolean): Promise<void>;
}

export function createStepCalls(
  flow: Flow,
  { instance, failures, purpose = "", onWaiting }: CallsOptions,
): StepCalls {
  const { context, share, model, signal } = flow;
  const base = instance.replace("/", "-") + purpose;
  let count = 0;
  let text: { stepId: string; id: string } | undefined;

  const keyOf = (asked: unknown, isWait: boolean): { start: string; key: string } => {
    count += 1;
    const start = `${base}_${count}${isWait || failures === 0 ? "" : `r${failures}`}_`;
    return { start, key: start + hashOfJson(asked).slice(0, 8) };
  };

  const scopeOf = (
    inside: Pick<AgentScope, "agent" | "tools" | "model" | "history">,
    answer?: { call: string; request: string },
  ): AgentScope => ({
    ...{ share, depth: 0, signal, ...inside },
    workflow: { instance, ...answer },
  });

  const ownAgent = { name: flow.workflow.name, instructions: "" };

  const partOf = (toolCallId: string): ToolPart | undefined =>
    context.state.parts.find(
      (part): part is ToolPart => part.type === "tool" && part.toolCallId === toolCallId,
    );

  /** Passes on what a loop says, until it comes to its end, and lets it wait for people. */
  async function drive<T>(
    events: () => AsyncGenerator<EventBody, T>,
    isWaiting: (outcome: T) => boolean,
  ): Promise<T> {
    for (;;) {
      const { decisions } = flow;
      const outcome = await passEvents(flow, events());
      if (signal.aborted) throw new FlowEndedError();
      if (!isWaiting(outcome)) {
        await onWaiting(false);
        await context.durable();
        return outcome;
      }
      await onWaiting(true);
      await flow.until(() => flow.decisions > decisions);
    }
  }

  async function callTool(tool: Tool, input: Readonly<Record<string, unknown>>): Promise<ToolPart> {
    const { start, key } = keyOf([tool.name, input], tool.name === waitTool);
    const { name: toolName } = tool;
    await context.durable();
    let part = partOf(key);
    if (!part) {
      await flow.pushAll(
        droppedSteps(context.state, instance, ({ calls }) => calls.some((id) => id.startsWith(start))),
      );
      const stepId = context.newId().slice(-8);
      const scope = scopeOf({ agent: ownAgent, tools: new Map(), model, history: context.history });
      await flow.pushAll([
        { ...{ type: "start-step", stepId, index: count - 1, agent: ownAgent.name }, ...insideOf(scope) },
        { type: "tool-input-start", toolCallId: key, toolName, stepId },
        { type: "tool-input-available", toolCallId: key, toolName, input },
      ]);
      await context.durable();
      part = partOf(key);
    }
    if (!part) throw new FlowEndedError();
    const { stepId } = part;
    if (part.endedAt === undefined) {
      const tools = new Map([[toolName, tool]]);
      const scope = scopeOf({ agent: ownAgent, tools, model, history: context.history });
      const outcome = await drive(
        () => runCalls(scope, stepId),
        (ended) => ended?.type === "waiting",
      );
      if (outcome) throw errorOf(outcome);
    }
    if (context.state.steps.some((step) => step.stepId === stepId && step.finishReason === undefined))
      await flow.push({ type: "finish-step", stepId, finishReason: "tool-calls" });
    return partOf(key) ?? part;
  }

  async function call(tool: Tool, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const part = await callTool(tool, input);
    if (part.state === "output-available") return part.output;
    const failure = share.failures.get(part.toolCallId);
    throw failure instanceof Error ? failure : new Error(part.errorText ?? `${tool.name} was not called`);
  }

  async function show(agent: Agent, request: string): Promise<unknown> {
    const { start, key } = keyOf([agent.name, request], false);
    await context.durable();
    await flow.pushAll(
      droppedSteps(context.state, instance, ({ call: id }) => id?.startsWith(start) === true && id !== key),
    );
    const { pickModel } = share.options;
    const question: Message = {
      ...{
        id: key,
        parentId: null,
        runId: context.state.runId,
        role: "user",
        createdAt: context.clock.wall(),
      },
      text: request,
    };
    const scope = scopeOf(
      {
        agent: { ...agent, maxMs: agent.maxMs ?? Infinity },
        ...equipped(
          agent,
          agent.model !== undefined && pickModel ? await pickModel(agent.model) : model,
          share.options,
        ),
        history: async () => [question],
      },
      { call: key, request },
    );
    const outcome = await drive(
      () => runSteps(scope),
      ({ type }) => type === "waiting",
    );
    if (outcome.type !== "finished") throw errorOf(outcome);
    const state = stateOf(scope);
    return agent.output ? objectIn(state)?.value : newestText(state);
  }

  return {
    call,
    show,
    ask: (agent, request) => call(agentTool({ ...agent, maxMs: agent.maxMs ?? Infinity }), { request }),
    async write(delta) {
      if (!text) {
        const stepId = context.newId().slice(-8);
        text = { stepId, id: `${stepId}/0` };
        const inside = { workflowStep: instance, workflowCall: `${base}_text` };
        await flow.pushAll([
          { type: "start-step", stepId, index: 0, agent: ownAgent.name, ...inside },
          { type: "text-start", id: text.id, stepId },
        ]);
      }
      await flow.push({ type: "text-delta", id: text.id, delta });
    },
    async endText() {
      if (!text) return;
      const { stepId, id } = text;
      await flow.pushAll([
        { type: "text-end", id },
        { type: "finish-step", stepId, finishReason: "stop" },
      ]);
    },
  };
}

async function passEvents<T>(flow: Flow, events: AsyncGenerator<EventBody, T>): Promise<T> {
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      await flow.push(value);
    }
  } finally {
    // Cast: nobody looks at what a loop that is given up returns.
    await events.return(undefined as T);
  }
}

function errorOf(outcome: Outcome): unknown {
  switch (outcome.type) {
    case "failed":
      return outcome.failure;
    case "interrupted":
      return new Error(outcome.errorText);
    case "aborted":
    case "waiting":
    case "finished":
      return new FlowEndedError();
    default:
      return outcome satisfies never;
  }
}

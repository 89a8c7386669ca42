import type { Agent } from "../agents/agent.ts";
import { type AgentScope, insideOf, stateOf } from "../agents/agent-scope.ts";
import { agentTool } from "../agents/agent-tool.ts";
import { objectIn } from "../agents/output/object-in.ts";
import type { Outcome } from "../agents/producer.ts";
import { runSteps } from "../agents/run-agent.ts";
import { newestText } from "../agents/run-agent-call.ts";
import { runCalls } from "../agents/run-calls.ts";
import { toolsOf } from "../agents/tools-of.ts";
import { unlessAborted } from "../async/unless-aborted.ts";
import type { Message, ToolPart } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { waitTool } from "../protocol/workflow-graph.ts";
import type { Tool } from "../tools/tool.ts";
import { createAskWaits } from "./ask-waits.ts";
import { createCallKeys } from "./call-keys.ts";
import { droppedSteps } from "./dropped-steps.ts";
import { type Flow, FlowEndedError } from "./flow.ts";

/**
 * What a step asks of models, tools and people. Each is found in the log again by what it asks
 * (call-keys.ts): one that was answered is not asked again, one that is open goes on from there, one that
 * asks something else now takes its place. The step waits for people where all that it asks does.
 */
export interface StepCalls {
  /** In a card of its own. */
  ask(agent: Agent, request: string): Promise<unknown>;
  /** As text of the answer. */
  show(agent: Agent, request: string): Promise<unknown>;
  /** The output of the call, by the tool's rules. */
  call(tool: Tool, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  write(text: string): Promise<void>;
  /** What was written ends, and what is still asked is given up: none of it says anything any more. */
  end(): Promise<void>;
}

interface CallsOptions {
  instance: string;
  /** How often the instance has failed: what it had asked is asked anew then, a wait for an event apart. */
  failures: number;
  /** What is asked of a person beside what the step asks; absent: the step itself asks. */
  purpose?: string;
  /** `asOf`: how many decisions it knew of. */
  onWaiting(isWaiting: boolean, asOf: number): Promise<void>;
}

/** Something that is asked, by its name in the log. */
interface OwnCall {
  key: string;
  /** From 1. */
  number: number;
  setWaiting(isWaiting: boolean, asOf: number): Promise<void>;
}

export function createStepCalls(
  flow: Flow,
  { instance, failures, purpose = "", onWaiting }: CallsOptions,
): StepCalls {
  const { context, share, model } = flow;
  const waits = createAskWaits(onWaiting);
  // Most instances of 10,000 ask nothing.
  let ended: { abort: AbortController; signal: AbortSignal } | undefined;
  const base = instance.replace("/", "-") + purpose;
  let text: { stepId: string; id: string } | undefined;

  const keys = createCallKeys({
    ...{ base, failures, state: () => context.state, durable: context.durable },
  });

  /** `ask`: by the name that it has in the log. */
  const answerTo = async <T>(
    [asked, isWait]: [asked: unknown, isWait?: boolean],
    ask: (own: OwnCall) => Promise<T>,
  ): Promise<T> =>
    waits.track(async (asking) => {
      const named = await keys.take(asked, isWait ?? false);
      try {
        const { key, number, replaced } = named;
        await flow.pushAll(
          droppedSteps(context.state, instance, ({ call: id, calls }) =>
            [...calls, ...(id === undefined ? [] : [id])].some((each) => replaced.has(each)),
          ),
        );
        return await ask({
          key,
          number,
          setWaiting: (isWaiting, asOf) => waits.set(asking, isWaiting, asOf),
        });
      } finally {
        keys.given(named);
      }
    });

  function signalOf(): AbortSignal {
    if (!ended) {
      const abort = new AbortController();
      ended = { abort, signal: AbortSignal.any([flow.signal, abort.signal]) };
    }
    return ended.signal;
  }

  const scopeOf = (
    inside: Pick<AgentScope, "agent" | "tools" | "model" | "history">,
    answer?: { call: string; request: string },
  ): AgentScope => ({
    ...{ share, depth: 0, signal: signalOf(), ...inside },
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
    setWaiting: OwnCall["setWaiting"],
  ): Promise<T> {
    const signal = signalOf();
    for (;;) {
      const { decisions } = flow;
      const outcome = await passEvents(flow, events(), signal);
      if (signal.aborted) throw new FlowEndedError();
      if (!isWaiting(outcome)) {
        await setWaiting(false, decisions);
        await context.durable();
        return outcome;
      }
      await setWaiting(true, decisions);
      await unlessAborted(
        flow.until(() => flow.decisions > decisions || signal.aborted),
        signal,
      );
      if (signal.aborted) throw new FlowEndedError();
    }
  }

  async function callTool(
    tool: Tool,
    input: Readonly<Record<string, unknown>>,
    { key, number, setWaiting }: OwnCall,
  ): Promise<ToolPart> {
    const { name: toolName } = tool;
    let part = partOf(key);
    if (!part) {
      const stepId = context.newId().slice(-8);
      const scope = scopeOf({ agent: ownAgent, tools: new Map(), model, history: context.history });
      await flow.pushAll([
        { ...{ type: "start-step", stepId, index: number - 1, agent: ownAgent.name }, ...insideOf(scope) },
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
        setWaiting,
      );
      if (outcome) throw errorOf(outcome);
    }
    if (context.state.steps.some((step) => step.stepId === stepId && step.finishReason === undefined))
      await flow.push({ type: "finish-step", stepId, finishReason: "tool-calls" });
    return partOf(key) ?? part;
  }

  async function call(tool: Tool, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const part = await answerTo([[tool.name, input], tool.name === waitTool], (own) =>
      callTool(tool, input, own),
    );
    if (part.state === "output-available") return part.output;
    const failure = share.failures.get(part.toolCallId);
    throw failure instanceof Error ? failure : new Error(part.errorText ?? `${tool.name} was not called`);
  }

  async function show(agent: Agent, request: string, { key, setWaiting }: OwnCall): Promise<unknown> {
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
        model: agent.model !== undefined && pickModel ? await pickModel(agent.model) : model,
        tools: toolsOf(agent, flow.tools),
        history: async () => [question],
      },
      { call: key, request },
    );
    const outcome = await drive(
      () => runSteps(scope),
      ({ type }) => type === "waiting",
      setWaiting,
    );
    if (outcome.type !== "finished") throw errorOf(outcome);
    const state = stateOf(scope);
    return agent.output ? objectIn(state)?.value : newestText(state);
  }

  return {
    call,
    show: (agent, request) => answerTo([[agent.name, request]], (own) => show(agent, request, own)),
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
    async end() {
      ended?.abort.abort();
      await waits.ended();
      if (!text) return;
      const { stepId, id } = text;
      await flow.pushAll([
        { type: "text-end", id },
        { type: "finish-step", stepId, finishReason: "stop" },
      ]);
    },
  };
}

/** Rejects at once when the signal aborts, whatever the loop waits for. */
async function passEvents<T>(
  flow: Flow,
  events: AsyncGenerator<EventBody, T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    for (;;) {
      const next = await unlessAborted(events.next(), signal);
      if (!next || signal.aborted) throw new FlowEndedError();
      if (next.done) return next.value;
      await flow.push(next.value);
    }
  } finally {
    // Cast: nobody looks at what a loop that is given up returns, nor waits for it.
    events.return(undefined as T).catch(() => undefined);
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

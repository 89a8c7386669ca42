import { type AgentOptions, createShare, type RunShare } from "../agents/agent-scope.ts";
import { createEventQueue, type EventQueue } from "../agents/event-queue.ts";
import type { ProducerContext } from "../agents/producer.ts";
import { runSteps } from "../agents/run-agent.ts";
import type { Model } from "../models/model.ts";
import { foldWorkflow } from "../protocol/fold-workflow.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { WorkflowState } from "../protocol/workflow-state.ts";
import type { Tool } from "../tools/tool.ts";
import type { Workflow } from "./define-workflow.ts";
import type { RunOrder } from "./run-order.ts";

export interface WorkflowOptions extends Omit<AgentOptions, "agent"> {
  workflow: Workflow;
  /** What its steps begin with in `ctx.state`; absent: nothing. */
  values?: Record<string, unknown>;
  /** Absent: as things happen. */
  order?: RunOrder;
}

/** One run of a workflow, in this process. */
export interface Flow {
  readonly workflow: Workflow;
  readonly context: ProducerContext;
  readonly model: Model;
  readonly tools: readonly Tool[];
  readonly share: RunShare;
  /** As of all that was passed on, durable or not. */
  readonly state: WorkflowState;
  /** What its steps have stored, as of all that has ended. */
  readonly values: Map<string, unknown>;
  /** Aborts when no step is waited for any more. */
  readonly signal: AbortSignal;
  readonly queue: EventQueue;
  readonly order: RunOrder | undefined;
  /** Passes an event on; resolves when the driver has it. Throws once the flow has ended. */
  push(event: EventBody): Promise<void>;
  /** As `push`; resolves when the driver has all of them. */
  pushAll(events: readonly EventBody[]): Promise<void>;
  /** The event as it is passed on, with its number if it is sent; the state is of after it. */
  take(event: EventBody): EventBody;
  /** Resolves when it holds, looked at after each event of the workflow; rejects once the flow has ended. */
  until(holds: () => boolean): Promise<void>;
  /** How many times a decision has come. */
  readonly decisions: number;
  decided(): void;
  /** Nobody waits for any step any more; what was pushed before is still passed on. */
  stop(): void;
  /** The same, and nothing more is passed on. */
  end(): void;
}

/** Why a step's promise is rejected when nobody waits for the step any more. */
export class FlowEndedError extends Error {
  constructor() {
    super("the step has ended: nothing that it does counts any more");
    this.name = "FlowEndedError";
  }
}

export function createFlow(
  options: WorkflowOptions,
  context: ProducerContext,
  { state: opened, tools }: { state: WorkflowState; tools: readonly Tool[] },
): Flow {
  const { workflow, model, order } = options;
  const queue = createEventQueue();
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const agent = { name: workflow.name, instructions: "" };
  const waiting = new Set<() => void>();
  let state = opened;
  let decisions = 0;

  function look(): void {
    for (const each of [...waiting]) each();
  }

  async function pushAll(events: readonly EventBody[]): Promise<void> {
    if (events.length === 0) return;
    if (signal.aborted) throw new FlowEndedError();
    if (order) await order.turn(events);
    await Promise.all(events.map(queue.push));
  }

  function push(event: EventBody): Promise<void> {
    if (order) return pushAll([event]);
    return signal.aborted ? Promise.reject(new FlowEndedError()) : queue.push(event);
  }

  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!signal.aborted && !holds()) return;
        waiting.delete(check);
        if (signal.aborted) reject(new FlowEndedError());
        else resolve();
      };
      waiting.add(check);
      check();
    });
  }

  signal.addEventListener("abort", () => {
    look();
    queue.wake();
  });

  return {
    ...{ workflow, context, model, tools, signal, queue, order, push, pushAll, until },
    share: createShare({ ...options, agent, tools }, context, runSteps),
    values: new Map(Object.entries(opened.values)),
    get state() {
      return state;
    },
    take(given) {
      const event = given.type === "workflow-event" ? { ...given, id: String(state.sent + 1) } : given;
      if (!isOfWorkflow(event)) return event;
      const { runId } = context.state;
      state = foldWorkflow(state, { runId, epoch: 0, seq: 0, ts: context.clock.wall(), ...event }) ?? state;
      look();
      return event;
    },
    get decisions() {
      return decisions;
    },
    decided() {
      decisions += 1;
      for (const notify of [...this.share.onDecided]) notify();
      look();
    },
    stop: () => ended.abort(),
    end() {
      ended.abort();
      queue.close();
    },
  };
}

type WorkflowBody = Extract<
  EventBody,
  { type: "workflow-start" | "workflow-event" | "workflow-state" | "workflow-step" | "progress" }
>;

const isOfWorkflow = (event: EventBody): event is WorkflowBody =>
  event.type.startsWith("workflow-") || event.type === "progress";

import type { Agent } from "../agents/agent.ts";
import { countItems } from "../protocol/piece-list.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { SentEvent, WorkflowInstance } from "../protocol/workflow-state.ts";
import type { Tool } from "../tools/tool.ts";
import { countOf } from "./collect-events.ts";
import type { EventKind, WorkflowEvent } from "./define-event.ts";
import type { WorkflowStep } from "./define-step.ts";
import { eventWait, waitOutput } from "./event-wait.ts";
import { type Flow, FlowEndedError } from "./flow.ts";
import { createInstanceWrites, type InstanceWrites } from "./instance-writes.ts";
import { createStepCalls } from "./step-calls.ts";
import type { StepProgress, WorkflowContext } from "./step-context.ts";

/** One attempt of an instance, as its step sees it, and as the engine does. */
export interface StepAttempt {
  context: WorkflowContext;
  writes: InstanceWrites;
  /** Ends what it has written; nothing is taken from it any more. */
  close(): Promise<void>;
}

interface AttemptOptions {
  step: WorkflowStep;
  instance: WorkflowInstance;
  signal: AbortSignal;
  onWaiting(isWaiting: boolean): Promise<void>;
  /** It waits for earlier instances of its step, or does no longer. */
  onBlocked(isBlocked: boolean): Promise<void>;
}

export function openAttempt(
  flow: Flow,
  { step, instance: given, signal, onWaiting, onBlocked }: AttemptOptions,
): StepAttempt {
  const { context } = flow;
  const { instance, step: name, attempt, failures = 0 } = given;
  const writes = createInstanceWrites(flow, step, given, () => flow.state);
  const calls = createStepCalls(flow, { instance, failures, onWaiting });
  const number = instanceNumber(instance);
  let isClosed = false;

  function open(): void {
    if (isClosed || signal.aborted) throw new FlowEndedError();
  }

  const hasEarlier = (): boolean =>
    flow.state.open.some((other) => other.step === name && instanceNumber(other.instance) < number);

  async function collect(kinds: EventKind | readonly EventKind[], count = 0): Promise<unknown> {
    open();
    const wanted = "schema" in kinds ? { kind: kinds, count } : { kinds };
    if (countOf(wanted) === 0) return [];
    if (hasEarlier()) {
      await onBlocked(true);
      await flow.until(() => !hasEarlier());
      await onBlocked(false);
    }
    return writes.collect(wanted)?.map((event) => readEvent(flow, event));
  }

  async function waitFor(
    kind: EventKind,
    { message, where }: { message?: string; where?(data: unknown): boolean } = {},
  ): Promise<WorkflowEvent | undefined> {
    open();
    const output = await calls.call(eventWait(kind, where), {
      event: kind.name,
      ...(message !== undefined && { message }),
    });
    const came = waitOutput.parse(output);
    return "data" in came ? { name: kind.name, data: kind.schema.parse(came.data) } : undefined;
  }

  async function agent(asked: Agent | string, request: string, { isShown = false } = {}): Promise<unknown> {
    open();
    const found = typeof asked === "string" ? agentNamed(flow, asked) : asked;
    return isShown ? calls.show(found, request) : calls.ask(found, request);
  }

  async function call(tool: Tool | string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    open();
    const found = typeof tool === "string" ? flow.tools.find((each) => each.name === tool) : tool;
    if (!found) throw new TypeError("there is no tool of this name: the operator lists none");
    return calls.call(found, input);
  }

  const own = {
    ...{ signal, instance, attempt, userId: context.userId },
    conversationId: context.state.conversationId,
    send(...events: WorkflowEvent[]) {
      open();
      writes.send(events);
    },
    async emit(emitted: StepProgress | WorkflowEvent) {
      open();
      await flow.push(emittedEvent(emitted, { instance, attempt }));
    },
    collect,
    get collectable() {
      return countItems(flow.state.steps[name]?.kept ?? []);
    },
    state: {
      get: writes.get,
      set<T>(key: Parameters<typeof writes.get<T>>[0], value: T) {
        open();
        writes.update(key, () => value);
      },
      update<T>(key: Parameters<typeof writes.get<T>>[0], next: (value: T) => T) {
        open();
        writes.update(key, next);
      },
    },
    ...{ waitFor, agent, call },
    async write(text: string) {
      open();
      await calls.write(text);
    },
  };
  return {
    // Cast: the types of its events are those of the step that it is given to.
    context: own as WorkflowContext,
    writes,
    async close() {
      isClosed = true;
      await calls.endText();
    },
  };
}

/** An event of the log as its type reads it. Throws for one that does not fit any more. */
export function readEvent({ workflow }: Pick<Flow, "workflow">, { name, data }: SentEvent): WorkflowEvent {
  const kind = workflow.events.get(name);
  if (!kind) throw new TypeError(`there is no event named ${name}`);
  return { name, data: kind.schema.parse(data) };
}

/** Instances of a step are numbered in the order of their begin. */
const instanceNumber = (instance: string): number => Number(instance.slice(instance.lastIndexOf("/") + 1));

function agentNamed({ share }: Flow, name: string): Agent {
  const found = share.options.agents?.find((each) => each.name === name);
  if (!found) throw new TypeError(`there is no agent named ${name}`);
  return found;
}

const emittedEvent = (
  emitted: StepProgress | WorkflowEvent,
  from: { instance: string; attempt: number },
): EventBody =>
  "message" in emitted
    ? { type: "progress", ...emitted, ...from }
    : { type: "data", name: emitted.name, data: emitted.data };

import { z } from "zod";
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
import { keptJson } from "./kept-json.ts";
import { createStepCalls } from "./step-calls.ts";
import type { StepProgress, WorkflowContext } from "./step-context.ts";

/** One attempt of an instance, as its step sees it, and as the engine does. */
export interface StepAttempt {
  context: WorkflowContext;
  writes: InstanceWrites;
  /** Ends what it has written and still asks; nothing is taken from it any more. */
  close(): Promise<void>;
}

interface AttemptOptions {
  step: WorkflowStep;
  instance: WorkflowInstance;
  signal: AbortSignal;
  onWaiting(isWaiting: boolean, asOf: number): Promise<void>;
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
    emit: heeded(async (emitted: StepProgress | WorkflowEvent) => {
      open();
      await flow.push(emittedEvent(emitted, { instance, attempt }));
    }),
    collect: heeded(collect),
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
    ...{ waitFor: heeded(waitFor), agent: heeded(agent), call: heeded(call) },
    write: heeded(async (text: string) => {
      open();
      if (typeof text !== "string") throw new TypeError("what a step writes is no text");
      await calls.write(text);
    }),
  };
  return {
    // Cast: the types of its events are those of the step that it is given to.
    context: own as WorkflowContext,
    writes,
    async close() {
      if (isClosed) return;
      isClosed = true;
      await calls.end();
    },
  };
}

/** A step need not wait for what it asks: that it fails then is nobody's failure. */
const heeded =
  <A extends unknown[], R>(ask: (...given: A) => Promise<R>) =>
  (...given: A): Promise<R> => {
    const answer = ask(...given);
    answer.catch(() => undefined);
    return answer;
  };

/** An event of the log as its type reads it. Throws for one that does not fit any more. */
export function readEvent({ workflow }: Pick<Flow, "workflow">, { name, data }: SentEvent): WorkflowEvent {
  const kind = workflow.events.get(name);
  if (!kind) throw new TypeError(`there is no event named ${name}`);
  const parsed = kind.schema.safeParse(data);
  if (!parsed.success)
    throw new TypeError(`the event ${name} does not fit any more: ${z.prettifyError(parsed.error)}`);
  return { name, data: parsed.data };
}

/** Instances of a step are numbered in the order of their begin. */
const instanceNumber = (instance: string): number => Number(instance.slice(instance.lastIndexOf("/") + 1));

function agentNamed({ share }: Flow, name: string): Agent {
  const found = share.options.agents?.find((each) => each.name === name);
  if (!found) throw new TypeError(`there is no agent named ${name}`);
  return found;
}

/** Throws `TypeError` for what is no JSON; a figure that is none is left out. */
function emittedEvent(
  emitted: StepProgress | WorkflowEvent,
  from: { instance: string; attempt: number },
): EventBody {
  if ("message" in emitted) {
    const { message, progress, total } = emitted;
    if (typeof message !== "string") throw new TypeError("a step emits progress without a message");
    return {
      ...{ type: "progress", message },
      ...(isKnownNumber(progress) && { progress }),
      ...(isKnownNumber(total) && { total }),
      ...from,
    };
  }
  const { name, data } = emitted;
  return { type: "data", name, data: keptJson(data, `the ${name} that a step emits`) };
}

const isKnownNumber = (value: unknown): value is number => Number.isFinite(value);

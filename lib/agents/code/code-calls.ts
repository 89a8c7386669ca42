import { isRecord } from "../../protocol/is-record.ts";
import { valueFault } from "../../protocol/json-bounds.ts";
import type { Part, ToolPart } from "../../protocol/message.ts";
import type { EventBody } from "../../protocol/run-event.ts";
import { isOpen, stepOf } from "../../protocol/run-state.ts";
import type { Tool } from "../../tools/tool.ts";
import { type AgentScope, insideOf } from "../agent-scope.ts";
import type { Outcome } from "../producer.ts";
import { callsInside } from "./code-sessions.ts";
import type { CodeTool } from "./code-tool.ts";
import { callKey, createKeptResults, resultIn } from "./kept-results.ts";

/*
 * What one piece of code calls, from wherever the log stands. Each call is a step of its own inside the call
 * of the code, and runs as the call of any step does (run-calls.ts): it asks, waits and is never repeated by
 * the same rules.
 *
 * 1. A call is found in the log again by what it is given. One that has a result is not made once more.
 * 2. No more than a few run at once; one that waits for a person is none of them.
 * 3. Where all that goes on waits for people, the code does: nothing is kept for it, and it is run again when
 *    one of them has answered.
 */

export type RunCalls = (scope: AgentScope, stepId: string) => AsyncGenerator<EventBody, Outcome | undefined>;

export interface CodeCalls {
  /** What the call gives; rejects with what is wrong, in words for the code. */
  call(name: string, given: unknown): Promise<unknown>;
  /** Resolves when no call goes on any more, or all that do wait for people. */
  settled(): Promise<void>;
  /** 3. Not so any more where a person has answered since. */
  readonly isWaiting: boolean;
  end(): void;
}

interface CodeCallsOptions {
  tool: CodeTool;
  part: ToolPart;
  /** Of the answer, in the log when the code begins. */
  parts: readonly Part[];
  /** Of the code: no call goes on after it. */
  signal: AbortSignal;
  emit(event: EventBody): Promise<void>;
  runCalls: RunCalls;
  /** 3. */
  onWaiting(): void;
}

interface MadeCall {
  toolCallId: string;
  input: unknown;
  /** The n-th of the code, from 0. */
  index: number;
}

/** Of one piece of code: what calls without end would fill the log. */
const maxCodeCalls = 100;

export function createCodeCalls(outer: AgentScope, given: CodeCallsOptions): CodeCalls {
  const { tool, part, signal, emit } = given;
  const { context, options, onDecided } = outer.share;
  const scope = scopeInside(outer, given);
  const keyOf = callKey(part.toolCallId);
  const kept = createKeptResults(callsInside(given.parts, part), context.clock, signal);
  const seats = createSeats(options.parallelCalls ?? 4);
  const wakers = new Set<() => void>();
  const going = new Set<Promise<unknown>>();
  let count = 0;
  let waiting = 0;
  let decisions = 0;

  /** How many decisions there had been when there was nothing left to do but wait for one. */
  let stuckAt: number | undefined;

  const wake = (): void => {
    for (const waker of [...wakers]) waker();
  };
  const onDecision = (): void => {
    decisions += 1;
    wake();
  };
  onDecided.add(onDecision);
  signal.addEventListener("abort", wake, { once: true });

  async function call(name: string, value: unknown): Promise<unknown> {
    const called = tool.functions.find((each) => each.name === name)?.tool;
    if (!called) throw new Error(`there is no function ${name}`);
    const index = count;
    count += 1;
    if (count > maxCodeCalls) throw new Error(`one piece of code may call at most ${maxCodeCalls} functions`);
    const input = functionInput(called, value);
    const fault = valueFault(input);
    if (fault !== undefined) throw new Error(`what ${name} is given is ${fault}`);
    const toolCallId = keyOf(called.name, input);
    return kept.resultOf(toolCallId) ?? follow(makeCall(called, { toolCallId, input, index }));
  }

  async function follow(made: Promise<ToolPart>): Promise<unknown> {
    going.add(made);
    try {
      return resultIn(await made);
    } finally {
      going.delete(made);
      note();
    }
  }

  async function makeCall(called: Tool, made: MadeCall): Promise<ToolPart> {
    const { toolCallId } = made;
    await seats.take();
    try {
      const stepId = partOf(toolCallId)?.stepId ?? (await begin(called, made));
      await runToEnd(stepId);
      const step = stepOf(context.state, stepId);
      if (step && isOpen(step)) await emit({ type: "finish-step", stepId, finishReason: "tool-calls" });
      return partOf(toolCallId) ?? gone();
    } finally {
      seats.leave();
    }
  }

  async function begin({ name: toolName }: Tool, { toolCallId, input, index }: MadeCall): Promise<string> {
    const stepId = context.newId().slice(-8);
    await emit({
      ...{ type: "start-step", stepId, index, agent: outer.agent.name },
      ...insideOf(scope),
    });
    await emit({ type: "tool-input-start", toolCallId, toolName, stepId });
    await emit({ type: "tool-input-available", toolCallId, toolName, input });
    await context.durable();
    return stepId;
  }

  async function runToEnd(stepId: string): Promise<void> {
    for (;;) {
      const seen = decisions;
      const outcome = await pass(given.runCalls(scope, stepId));
      if (signal.aborted) gone();
      if (!outcome) return context.durable();
      await untilDecided(seen);
      if (signal.aborted) gone();
    }
  }

  async function pass(events: ReturnType<RunCalls>): Promise<Outcome | undefined> {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      await emit(value);
      if (!signal.aborted) continue;
      await events.return(undefined);
      return undefined;
    }
  }

  /** 2, 3. */
  async function untilDecided(seen: number): Promise<void> {
    if (decisions > seen) return;
    waiting += 1;
    seats.leave();
    const decided = new Promise<void>((resolve) => {
      const waker = (): void => {
        wakers.delete(waker);
        resolve();
      };
      wakers.add(waker);
    });
    note();
    await decided;
    waiting -= 1;
    await seats.take();
  }

  /** Looks whether there is nothing left to do but wait. */
  function note(): void {
    if (stuckAt !== undefined || !isStuck()) return;
    stuckAt = decisions;
    given.onWaiting();
  }

  const isStuck = (): boolean => waiting > 0 && waiting === going.size;

  const partOf = (toolCallId: string): ToolPart | undefined =>
    context.state.parts.find(
      (each): each is ToolPart => each.type === "tool" && each.toolCallId === toolCallId,
    );

  return {
    call,
    async settled() {
      while (going.size > 0 && stuckAt === undefined && !signal.aborted)
        await Promise.race([...going].map((made) => made.catch(() => undefined)));
    },
    get isWaiting() {
      return stuckAt === decisions;
    },
    end() {
      onDecided.delete(onDecision);
      signal.removeEventListener("abort", wake);
    },
  };
}

/** The loop of what the code calls: inside of the call, with the tools that are its functions. */
function scopeInside(outer: AgentScope, { tool, part, signal }: CodeCallsOptions): AgentScope {
  const { share, agent, model, workflow, depth, history } = outer;
  return {
    ...{ share, agent, model, signal, history },
    tools: new Map([
      ...tool.functions.map((each) => [each.tool.name, each.tool] as const),
      [tool.name, tool],
    ]),
    parentToolCallId: part.toolCallId,
    ...(workflow && { workflow: { instance: workflow.instance } }),
    depth: depth + 1,
  };
}

/** One value that is no object is the only thing that the tool takes. */
function functionInput({ inputSchema: { properties, required } }: Tool, value: unknown): unknown {
  if (isRecord(value) || !isRecord(properties)) return value ?? {};
  const names = Object.keys(properties);
  const [name] = Array.isArray(required) && required.length === 1 ? required : names;
  const isOnly = names.length === 1 || (Array.isArray(required) && required.length === 1);
  if (value === null || value === undefined) return {};
  return isOnly && typeof name === "string" ? { [name]: value } : value;
}

function gone(): never {
  throw new Error("the call was ended");
}

/** So many at once, in the order in which they came. */
function createSeats(count: number) {
  const queue: (() => void)[] = [];
  let free = count;
  return {
    async take(): Promise<void> {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
    },
    leave(): void {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    },
  };
}

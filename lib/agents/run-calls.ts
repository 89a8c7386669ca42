import { isOwnCall } from "../protocol/is-own-call.ts";
import type { ToolPart } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { isChangedTool } from "../tools/is-changed-tool.ts";
import type { ApprovalPolicy, Tool } from "../tools/tool.ts";
import { type AgentScope, abortedOutcome, stateOf, takesInbox } from "./agent-scope.ts";
import { type CallPool, createCallPool, type PermittedCall } from "./call-pool.ts";
import { runsInParts } from "./code/runs-in-parts.ts";
import { type CallPlan, type CallStart, type Judgement, planCall, toolStartEvent } from "./plan-calls.ts";
import type { Outcome, ProducerContext } from "./producer.ts";

/*
 * The calls of one step, from wherever the log stands to a result for each. Owns the order of things: what
 * may begin and when the step waits. What becomes of a call is plan-calls.ts', how one runs call-pool.ts'.
 *
 * 1. A tool starts when its `tool-start` is durable, and after `mayStart` (P4); no more than a few at once.
 * 2. What the calls say is passed on in the order in which they say it, as soon as they do.
 * 3. A decision is written as soon as it comes, and what it is about goes on at once.
 * 4. Where only people are waited for, the run waits without a process. A call with effects that asks in the
 *    middle of its work is not given up for that.
 * 5. Once the signal has aborted nothing is passed on any more, and every tool's own signal aborts with it.
 * 6. Shortly before a hand-over no call with effects starts: whoever goes on with the run starts it.
 * 7. What is run is the tool as it is described now. Where that has changed since the run began, the person
 *    is asked first.
 */

/** Undefined once every call has its result. */
export async function* runCalls(
  scope: AgentScope,
  stepId: string,
): AsyncGenerator<EventBody, Outcome | undefined> {
  const { context } = scope.share;
  const pool = createCallPool(scope, runCalls);
  const judge = createJudge(scope);
  const held = new Set<() => void>();
  try {
    for (;;) {
      yield* decisionsOf(scope, pool);
      if (scope.signal.aborted) return abortedOutcome;
      const calls = openCallsOf(scope, stepId);
      const plans = await planAll(calls, scope, pool, judge);
      if (!plans) return abortedOutcome;
      const told = plans.flatMap((plan) => (plan.type === "tell" ? [plan.event] : []));
      const wanted = plans.filter(isRun).slice(0, pool.vacant);
      if (wanted.length > 0) await context.mayStart();
      const starts = wanted.flatMap((start) => permitted(start, context, held) ?? []);
      if (scope.signal.aborted) return abortedOutcome;
      yield* told;
      for (const start of starts) if (start.isNew) yield toolStartEvent(start);
      // 1.
      if (told.length + starts.length > 0) await context.durable();
      if (scope.signal.aborted) return abortedOutcome;
      for (const start of starts) pool.start(start);
      if (told.length > 0) continue;
      // 6.
      if (pool.isIdle && wanted.length === 0) return calls.length > 0 ? { type: "waiting" } : undefined;
      yield* passOn(scope, pool);
      // 4.
      if (pool.isWaiting) return { type: "waiting" };
    }
  } finally {
    pool.end();
    for (const release of held) release();
  }
}

/** 3. */
async function* decisionsOf(scope: AgentScope, pool: CallPool): AsyncGenerator<EventBody, void> {
  const { inbox, context, onDecided } = scope.share;
  if (!takesInbox(scope)) return;
  const decisions = inbox.decisions();
  // Also for a message, which is none of the decisions and has ended the wait for them.
  pool.listen();
  if (decisions.length === 0) return;
  yield* decisions;
  await context.durable();
  for (const notify of [...onDecided]) notify();
}

/** Those that have no result yet. */
const openCallsOf = (scope: AgentScope, stepId: string): ToolPart[] =>
  stateOf(scope)
    .parts.filter(isOwnCall)
    .filter((part) => part.stepId === stepId && part.endedAt === undefined);

/** Undefined: the conversation was deleted. */
async function planAll(
  calls: readonly ToolPart[],
  { tools, signal }: AgentScope,
  pool: CallPool,
  judge: Judge,
): Promise<CallPlan[] | undefined> {
  const plans: CallPlan[] = [];
  const free = calls.filter(({ toolCallId }) => pool.isFree(toolCallId));
  const latest = await latestTools(free, tools, signal);
  for (const part of free) {
    const tool = latest.get(part.toolName);
    const isChanged = tool !== undefined && isChangedTool(tool, tools);
    const plan = await planCall(part, tool, { judge: (given) => judge(part, given), isChanged });
    if (!plan) return undefined;
    plans.push(plan);
  }
  return plans;
}

/** 7. Those of the calls that would begin now, as they are described now. */
async function latestTools(
  calls: readonly ToolPart[],
  tools: AgentScope["tools"],
  signal: AbortSignal,
): Promise<AgentScope["tools"]> {
  const begin = calls.filter(({ state }) => state === "input-available" || state === "running");
  const listed = [...new Set(begin.map(({ toolName }) => tools.get(toolName)))];
  const latest = await Promise.all(listed.flatMap((tool) => tool?.latest?.(signal) ?? []));
  return new Map([...tools, ...latest.map((tool) => [tool.name, tool] as const)]);
}

type Judge = (part: ToolPart, tool: Tool) => Promise<Judgement | undefined>;

/** The policy's word for a call; asked once for each that waits for room. */
function createJudge({ tools, share }: AgentScope): Judge {
  const { context, options } = share;
  const { policy = byEffect } = options;
  const known = new Map<string, Judgement>();
  return async ({ toolCallId, toolName, input }, tool) => {
    const key = `${tool.definitionHash} ${toolCallId}`;
    const before = known.get(key);
    if (before) return before;
    const history = (share.messages ??= await context.history());
    if (!history) return undefined;
    const { state } = context;
    const judgement = policy({ toolCallId, toolName, input }, tool, { state, history, tools });
    known.set(key, judgement);
    return judgement;
  };
}

const byEffect: ApprovalPolicy = (_call, tool, { tools }) =>
  (tool.effect === "read" || tool.isConfined) && !isChangedTool(tool, tools) ? "run" : "ask";

const isRun = (plan: CallPlan): plan is CallStart => plan.type === "run";

/** 6. Undefined: not here any more. */
function permitted(
  start: CallStart,
  { startEffect }: ProducerContext,
  held: Set<() => void>,
): PermittedCall | undefined {
  if (start.tool.effect === "read" || runsInParts(start.tool)) return { ...start, onEnd: () => undefined };
  const onEnd = startEffect();
  if (onEnd) held.add(onEnd);
  return onEnd && { ...start, onEnd };
}

/** 2, 5. Until something has changed that the next calls depend on. */
async function* passOn({ signal }: AgentScope, pool: CallPool): AsyncGenerator<EventBody, void> {
  while (!pool.needsPlan && !pool.isWaiting && !signal.aborted) {
    await pool.queue.wait();
    for (const { event, taken } of pool.queue.take()) {
      if (!signal.aborted) yield event;
      taken();
    }
  }
  await pool.settle();
}

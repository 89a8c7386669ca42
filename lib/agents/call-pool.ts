import { abortReason } from "../async/abort-reason.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { runTool } from "../tools/run-tool.ts";
import { type AgentScope, takesInbox } from "./agent-scope.ts";
import { isAgentTool } from "./agent-tool.ts";
import { createCallQuestions } from "./call-questions.ts";
import { createCitedSources } from "./cited-sources.ts";
import type { RunCalls } from "./code/code-calls.ts";
import { isCodeTool } from "./code/code-tool.ts";
import { runCodeCall } from "./code/run-code-call.ts";
import { createEventQueue, type EventQueue } from "./event-queue.ts";
import { type CallStart, toolStartEvent } from "./plan-calls.ts";
import { runAgentCall } from "./run-agent-call.ts";

export interface PermittedCall extends CallStart {
  /** Called when it has ended, and what it said was passed on. */
  onEnd(): void;
}

/** The calls of one step that run here and now. */
export interface CallPool {
  /** What they say. */
  readonly queue: EventQueue;
  /** How many more may start. */
  readonly vacant: number;
  /** It does not run, nor has it come to a point where only a person can help. */
  isFree(toolCallId: string): boolean;
  readonly isIdle: boolean;
  /** Each of them waits for a person, and can be run again when the person has answered. */
  readonly isWaiting: boolean;
  /** A call has ended, or a person has decided something. */
  readonly needsPlan: boolean;
  /** Brings into the state what was said. */
  settle(): Promise<void>;
  start(call: PermittedCall): void;
  /** Listens for what comes from outside, if it does not already: each time that something came ends it. */
  listen(): void;
  /** Ends what still runs. */
  end(): void;
}

/** `runCalls`: of the calls inside of a call. */
export function createCallPool(scope: AgentScope, runCalls: RunCalls): CallPool {
  const { context, options, onDecided } = scope.share;
  const queue = createEventQueue();
  const ended = new AbortController();
  const signal = AbortSignal.any([scope.signal, ended.signal]);
  const active = new Set<string>();
  const parked = new Set<string>();
  const asking = new Set<string>();
  let needsPlan = false;
  let isListening = false;

  function plan(): void {
    needsPlan = true;
    queue.wake();
  }

  function onDecision(): void {
    parked.clear();
    plan();
  }

  function listen(): void {
    if (isListening || !takesInbox(scope)) return;
    isListening = true;
    void context.inbox.wait(signal).then(() => {
      isListening = false;
      plan();
    });
  }

  function start({ onEnd, ...call }: PermittedCall): void {
    const { toolCallId } = call.part;
    active.add(toolCallId);
    void run(call).then((isParked) => {
      onEnd();
      active.delete(toolCallId);
      if (isParked) parked.add(toolCallId);
      plan();
    });
  }

  /** True: only a person can help it on. */
  async function run(call: CallStart): Promise<boolean> {
    const { tool, part } = call;
    if (isAgentTool(tool)) return runAgentCall(scope, { tool, part, signal, emit: queue.push });
    if (isCodeTool(tool)) return runCodeCall(scope, { tool, part, signal, emit: queue.push, runCalls });
    for (let next: CallStart | undefined = call; next; ) next = await runAttempt(next);
    return false;
  }

  /** The next attempt, once it may begin; undefined: the call has its result, or nobody waits for one. */
  async function runAttempt(call: CallStart): Promise<CallStart | undefined> {
    const { tool, part, input, attempt, attempts = attempt } = call;
    const asked = createCallQuestions(scope, call, { signal, emit: queue.push, onAsking });
    const { toolCallId } = part;
    const { userId, state } = context;
    let failure: string | undefined;
    await runTool({
      ...{ tool, input, ask: asked.ask },
      async cite(page) {
        const { share } = scope;
        share.messages ??= await context.history();
        share.sources ??= createCitedSources(share.messages ?? [], context.state.parts);
        return share.sources.cite(page, { toolCallId: part.toolCallId, stepId: part.stepId });
      },
      context: { signal, toolCallId, userId, conversationId: state.conversationId },
      async emit(event) {
        if (endsCall(event)) await asked.withdraw();
        if (event.type === "tool-output-error" && attempt < attempts) failure = event.errorText;
        else await queue.push(event);
      },
    });
    return failure === undefined ? undefined : nextAttempt(call, failure);
  }

  /** It is in the log before the wait, so that the page tells of both. */
  async function nextAttempt(call: CallStart, reason: string): Promise<CallStart | undefined> {
    const next = { ...call, attempt: call.attempt + 1 };
    await queue.push({ ...toolStartEvent(next), reason });
    const isDurable = await context.durable().then(
      () => true,
      // The lease is lost: another holder goes on.
      () => false,
    );
    if (!isDurable) return undefined;
    await context.clock.sleep(attemptWaitMs * 2 ** (call.attempt - 1), signal);
    await context.mayStart();
    return signal.aborted ? undefined : next;
  }

  /** 4. */
  function onAsking({ tool, part: { toolCallId } }: CallStart, isAsking: boolean): void {
    if (tool.effect !== "read") return;
    if (isAsking) asking.add(toolCallId);
    else asking.delete(toolCallId);
    queue.wake();
  }

  onDecided.add(onDecision);
  signal.addEventListener("abort", queue.wake, { once: true });
  listen();

  return {
    queue,
    get vacant() {
      return Math.max(0, (options.parallelCalls ?? 4) - active.size);
    },
    isFree: (toolCallId) => !active.has(toolCallId) && !parked.has(toolCallId),
    get isIdle() {
      return active.size === 0;
    },
    get isWaiting() {
      return active.size > 0 && [...active].every((toolCallId) => asking.has(toolCallId));
    },
    get needsPlan() {
      return needsPlan;
    },
    async settle() {
      needsPlan = false;
      await context.durable();
    },
    start,
    listen,
    end() {
      onDecided.delete(onDecision);
      signal.removeEventListener("abort", queue.wake);
      ended.abort(abortReason);
      queue.close();
    },
  };
}

/** Before the second attempt, ms; twice as long before each further one. */
const attemptWaitMs = 500;

const endsCall = (event: EventBody): boolean =>
  event.type === "tool-output-error" || (event.type === "tool-output-available" && !event.preliminary);

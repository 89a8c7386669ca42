import type { EventBody, PersonQuestion } from "../protocol/run-event.ts";
import { createProgressReporter } from "./progress-reporter.ts";
import type { CitedPage, PersonAnswer, Tool, ToolContext } from "./tool.ts";
import { toolOutput } from "./tool-output.ts";

/*
 * One attempt at one call. Owns what happens between `tool-start` and the result: preliminary outputs,
 * progress, questions, the time limit, and what a failure is called. Whether a call may run, and where its
 * events go, is decided around it.
 *
 * 1. Exactly one result is emitted, and last, unless the signal has aborted: then nothing is any more.
 * 2. Nothing that a tool does is waited for once its time is up or the signal has aborted; its own signal
 *    aborts in the same moment, and what it gives later is dropped.
 * 3. A person is not hurried: while one is asked, the time limit stands still.
 * 4. Whatever a tool throws or gives becomes words. Nothing is thrown from here.
 */

export interface ToolRun {
  tool: Tool;
  /** As `tool.parse` gave it. */
  input: unknown;
  context: Pick<ToolContext, "signal" | "toolCallId" | "userId" | "conversationId">;
  /** Resolves when the event was taken; there may be many. */
  emit(event: EventBody): Promise<void>;
  /** The `n`th question of the call, from 0. */
  ask(question: PersonQuestion, n: number): Promise<PersonAnswer>;
  /** The number of a page; `event`: the log does not have it yet. */
  cite(page: CitedPage): Promise<{ number: number; event?: EventBody }>;
}

/** How long a call may take that says nothing else, ms. */
const defaultTimeLimitMs = 60_000;

/** Runs the call; resolves when its result was emitted, or when nobody waits for one. */
export async function runTool({ tool, input, context, emit, ask, cite }: ToolRun): Promise<void> {
  const { toolCallId, signal } = context;
  const ended = new AbortController();
  const own = AbortSignal.any([signal, ended.signal]);
  const limit = createTimeLimit(tool.timeLimitMs ?? defaultTimeLimitMs, () => ended.abort(timeIsUp));
  const progress = createProgressReporter(toolCallId, emit);
  let questions = 0;
  const toolContext: ToolContext = {
    ...context,
    signal: own,
    progress: progress.note,
    async ask(question) {
      limit.pause();
      try {
        return await ask(question, questions++);
      } finally {
        limit.resume();
      }
    },
    async cite(page) {
      const { number, event } = await cite(page);
      // 1.
      own.throwIfAborted();
      if (event) await emit(event);
      return number;
    },
  };
  try {
    const output = await unlessEnded(drawOutput(tool, input, toolContext, emit), own);
    await progress.flush();
    if (!own.aborted) await emit(toolOutput(toolCallId, output));
  } catch (error) {
    if (!signal.aborted) await emit(toolFailure(error, tool, toolCallId));
  } finally {
    limit.end();
    progress.end();
    ended.abort();
  }
}

const timeIsUp = Symbol("timed out");

async function drawOutput(
  tool: Tool,
  input: unknown,
  context: ToolContext,
  emit: ToolRun["emit"],
): Promise<unknown> {
  const given: unknown = await tool.run(input, context);
  if (!isGenerator(given)) return given;
  let last: unknown;
  try {
    for (;;) {
      const { done, value } = await given.next();
      if (context.signal.aborted) return undefined;
      if (done) return value === undefined ? last : value;
      last = value;
      await emit(toolOutput(context.toolCallId, value, true));
    }
  } finally {
    // It may hang in what it waits for.
    void Promise.resolve(given.return(undefined)).catch(() => undefined);
  }
}

const isGenerator = (value: unknown): value is AsyncGenerator<unknown, unknown> =>
  typeof value === "object" &&
  value !== null &&
  Symbol.asyncIterator in value &&
  "next" in value &&
  "return" in value;

function toolFailure(
  error: unknown,
  { timeLimitMs = defaultTimeLimitMs, effect }: Tool,
  toolCallId: string,
): EventBody {
  const failed = {
    ...({ type: "tool-output-error", toolCallId } as const),
    ...(effect === "read" && { isRepeatable: true }),
  };
  if (error !== timeIsUp) return { ...failed, errorText: thrownWords(error), code: "tool-failed" };
  const seconds = Math.round(timeLimitMs / 100) / 10;
  const doubt = effect === "read" ? "" : "; it may have done its work all the same";
  const errorText = `the tool gave no result within ${seconds} seconds${doubt}`;
  return { ...failed, errorText, code: "timeout" };
}

/** Without a stack: it goes to the model and onto the page. */
function thrownWords(error: unknown): string {
  try {
    const words = error instanceof Error ? error.message : String(error);
    return words.trim() === "" ? "the tool failed" : words.slice(0, 2000).toWellFormed();
  } catch {
    return "the tool failed";
  }
}

/** Rejects with the signal's reason; what comes of the promise later is nobody's. */
function unlessEnded<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

interface TimeLimit {
  pause(): void;
  resume(): void;
  end(): void;
}

/** 3. Pauses may overlap. */
function createTimeLimit(limitMs: number, onEnd: () => void): TimeLimit {
  let leftMs = limitMs;
  let pauses = 0;
  let startedAt = performance.now();
  let timer = start();

  function start(): NodeJS.Timeout | undefined {
    return Number.isFinite(leftMs) ? setTimeout(onEnd, Math.min(leftMs, 2 ** 31 - 1)) : undefined;
  }

  return {
    pause() {
      pauses += 1;
      if (pauses > 1) return;
      clearTimeout(timer);
      leftMs = Math.max(0, leftMs - (performance.now() - startedAt));
    },
    resume() {
      pauses -= 1;
      if (pauses > 0) return;
      startedAt = performance.now();
      timer = start();
    },
    end() {
      clearTimeout(timer);
      pauses = Infinity;
    },
  };
}

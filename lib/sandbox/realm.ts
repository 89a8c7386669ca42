import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { type CurrentRun, createCurrentRun } from "./current-run.ts";
import { createEngine, type Engine } from "./load-engine.ts";
import { prelude } from "./prelude.ts";
import { realmHost } from "./realm-host.ts";
import { redeclarable } from "./redeclarable.ts";
import type { SandboxFailure, SandboxLimits } from "./sandbox.ts";
import type { CodeEnd, FromSandbox } from "./sandbox-message.ts";

/*
 * An engine of its own for one sandbox, in its worker. Owns the engine's memory, what its globals are, and
 * the order in which the code, its jobs, its timers and the results of its tools take turns.
 *
 * 1. All that the code keeps is in one memory of WebAssembly that cannot grow beyond its limit: not even what
 *    the engine itself allocates, in one go, for one operation.
 * 2. The engine asks every few thousand operations whether the code may go on; code cannot catch that end.
 *    What does not ask is ended from outside, with the worker (open-sandbox.ts).
 * 3. A run ends once its value is known, no job is left, and no call of a tool is: none outlives it. Timers
 *    that are left are dropped.
 * 4. Nothing of a run is sent after its end.
 */

export interface Realm {
  run(code: string, now: number): Promise<CodeEnd>;
  /** What became of the call: its value as JSON, or why there is none. */
  settle(id: number, isOk: boolean, text: string): void;
}

export interface RealmOptions {
  limits: SandboxLimits;
  tools: readonly string[];
  seed: number;
  send(message: FromSandbox): void;
}

/** Of code inside; more of it would be more than this thread's own stack. */
const stackBytes = 256 * 1024;
/** Of the engine's own, beside what the code keeps. */
const engineMb = 4;
/** The engine's flag for `await` at the top level. */
const evalAsync = 1 << 7;

export async function openRealm({ limits, tools, seed, send }: RealmOptions): Promise<Realm> {
  const engine = await createEngine(limits.memoryMb);
  const ctx = createRealmContext(engine, limits.memoryMb);
  let current: CurrentRun | undefined;
  let runs = 0;
  /** There was no room for what a tool gave. */
  let isCrowded = false;
  ctx.runtime.setInterruptHandler(() => current?.budget.exceeded !== undefined);
  const host = realmHost(ctx, () => current ?? noRun(), send);
  const control = startPrelude(ctx, host, { tools, limit: limits.outputBytes, seed });

  /** What it is given is disposed of; what comes of it is the caller's. */
  function call(name: string, ...given: QuickJSHandle[]): ReturnType<QuickJSContext["callFunction"]> {
    const handles = [ctx.getProp(control, name), ...given];
    const [work = ctx.undefined, ...args] = handles;
    const result = ctx.callFunction(work, ctx.undefined, ...args);
    for (const handle of handles) handle.dispose();
    return result;
  }

  const textOf = (result: ReturnType<typeof call>): string =>
    result.error ? outOfMemory : result.value.consume((value) => ctx.getString(value));

  /** V or E and its text, or a promise of that. */
  function begin(code: string, file: string): QuickJSHandle | string {
    const evaluated = ctx.evalCode(redeclarable(code), file, evalAsync);
    if (evaluated.error) return textOf(call("failure", evaluated.error));
    const outcome = call("outcome", evaluated.value);
    return outcome.error ? outOfMemory : outcome.value;
  }

  function outcomeOf(begun: QuickJSHandle | string): string | undefined {
    if (typeof begun === "string") return begun;
    const state = ctx.getPromiseState(begun);
    if (state.type === "pending") return undefined;
    return state.type === "fulfilled" ? state.value.consume((value) => ctx.getString(value)) : outOfMemory;
  }

  /** 3. */
  async function drive(run: CurrentRun, code: string, file: string): Promise<CodeEnd> {
    const begun = begin(code, file);
    for (;;) {
      const jobs = ctx.runtime.executePendingJobs();
      const { exceeded } = run.budget;
      if (exceeded) return failure(run, exceeded, exceededWords(exceeded, limits));
      if (jobs.error || isCrowded) return failure(run, "memory", memoryWords(limits));
      const outcome = outcomeOf(begun);
      if (outcome !== undefined && run.calls.size === 0)
        return outcome === threwNull && isFull(engine, limits)
          ? failure(run, "memory", memoryWords(limits))
          : runEndOf(run, outcome, file, limits);
      let thrown: string | undefined;
      const goesOn = await run.wait((id, at) => {
        const fired = call("fire", ctx.newNumber(id), ctx.newNumber(at));
        if (fired.error) thrown = textOf(call("failure", fired.error));
        else fired.dispose();
      });
      if (thrown !== undefined && !run.budget.exceeded) return runEndOf(run, thrown, file, limits);
      if (!goesOn) return failure(run, "error", "the code waits for what nothing will ever settle");
    }
  }

  return {
    async run(code, now) {
      const run = createCurrentRun(limits, send, now);
      current = run;
      runs += 1;
      call("begin", ctx.newNumber(now)).dispose();
      try {
        return await drive(run, code, `code-${runs}.js`);
      } catch {
        // The engine itself has given up: its memory or this thread's stack was too small for it.
        return failure(run, "memory", memoryWords(limits));
      } finally {
        run.flush();
      }
    },
    settle(id, isOk, text) {
      const run = current;
      if (!run?.calls.has(id)) return;
      run.later(() => {
        run.calls.delete(id);
        const settled = call("settle", ctx.newNumber(id), isOk ? ctx.true : ctx.false, ctx.newString(text));
        isCrowded ||= settled.error !== undefined;
        settled.dispose();
      });
    },
  };
}

function noRun(): never {
  throw new Error("code runs although no run has begun");
}

/** 1. */
function createRealmContext({ quickJs }: Engine, memoryMb: number): QuickJSContext {
  const runtime = quickJs.newRuntime();
  runtime.setMemoryLimit((memoryMb - engineMb) * 1024 * 1024);
  runtime.setMaxStackSize(stackBytes);
  return runtime.newContext();
}

function startPrelude(
  ctx: QuickJSContext,
  host: QuickJSHandle,
  { tools, limit, seed }: { tools: readonly string[]; limit: number; seed: number },
): QuickJSHandle {
  const start = ctx.unwrapResult(ctx.evalCode(prelude, "prelude.js"));
  const names = ctx.unwrapResult(ctx.evalCode(`(${JSON.stringify(tools)})`, "tools.js"));
  return ctx.unwrapResult(
    ctx.callFunction(start, ctx.undefined, host, names, ctx.newNumber(limit), ctx.newNumber(seed)),
  );
}

/** What the engine throws where there is no room for an error. */
const threwNull = `E${JSON.stringify({ message: "threw null", stack: "" })}`;

/** The engine's memory never shrinks. */
const isFull = ({ memory }: Engine, { memoryMb }: SandboxLimits): boolean =>
  memory.buffer.byteLength > (memoryMb * 1024 * 1024 * 3) / 4;

const outOfMemory = `E${JSON.stringify({ message: "InternalError: out of memory", stack: "" })}`;

function runEndOf(run: CurrentRun, outcome: string, file: string, limits: SandboxLimits): CodeEnd {
  const json = outcome.slice(1);
  if (outcome.startsWith("V")) {
    if (!run.budget.takeOutput(json)) return failure(run, "output", exceededWords("output", limits));
    return { ok: true, json, images: run.images };
  }
  // Cast: as prelude.ts writes it.
  const { message, stack } = JSON.parse(json) as { message: string; stack: string };
  if (message === "InternalError: out of memory") return failure(run, "memory", memoryWords(limits));
  const line = new RegExp(`\\b${file.replace(".", "\\.")}:(\\d+)`).exec(stack)?.[1];
  return { ...failure(run, "error", message), ...(line !== undefined && { line: Number(line) }) };
}

const failure = (run: CurrentRun, reason: SandboxFailure["reason"], message: string): SandboxFailure => ({
  ok: false,
  reason,
  message,
  images: run.images,
});

const exceededWords = (exceeded: "time" | "output", { cpuMs, outputBytes }: SandboxLimits): string =>
  exceeded === "time"
    ? `the code took longer than the ${cpuMs / 1000} seconds of computing that it may take`
    : `the code gave more than the ${Math.round(outputBytes / 1024)} KB of output that it may give`;

const memoryWords = ({ memoryMb }: SandboxLimits): string =>
  `the code needed more than the ${memoryMb} MB of memory that it may have`;

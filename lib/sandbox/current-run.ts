import { createLatch } from "../async/latch.ts";
import { createRunBudget, type RunBudget } from "./run-budget.ts";
import type { SandboxImage, SandboxLimits } from "./sandbox.ts";
import type { FromSandbox } from "./sandbox-message.ts";

/** What a run is in the middle of, as its worker keeps it. */
export interface CurrentRun {
  readonly budget: RunBudget;
  readonly images: SandboxImage[];
  /** Of tools, whose results have not come. */
  readonly calls: Set<number>;
  /** When each is due, in the time of the code. */
  readonly timers: Map<number, number>;
  print(text: string): void;
  /** What was printed and not yet sent. */
  flush(): void;
  /** Done with the context between two turns of the code. */
  later(action: () => void): void;
  /** Resolves once there is something to do, after it was done; false if that will never be. */
  wait(fire: (id: number, at: number) => void): Promise<boolean>;
}

/** What is printed is sent so often at most, ms. */
const logFlushMs = 30;

/** `now`: the time of the code when it begins. */
export function createCurrentRun(
  limits: SandboxLimits,
  send: (message: FromSandbox) => void,
  now: number,
): CurrentRun {
  const budget = createRunBudget(limits, threadCpuMs);
  const actions: (() => void)[] = [];
  const latch = createLatch();
  const calls = new Set<number>();
  const timers = new Map<number, number>();
  let printed = "";
  let flushedAt = 0;
  /** Real time that has passed beyond `codeNow`. */
  let passedMs = 0;
  let codeNow = now;

  function flush(): void {
    if (printed !== "") send({ type: "log", text: printed });
    printed = "";
    flushedAt = performance.now();
  }

  async function waitForNext(due: number | undefined): Promise<void> {
    const startMs = performance.now();
    const dueMs = due === undefined ? undefined : Math.max(0, due - codeNow - passedMs);
    await latch.wait(calls.size > 0 || dueMs === undefined ? dueMs : Math.min(dueMs, budget.leftMs()));
    const waitedMs = performance.now() - startMs;
    passedMs += waitedMs;
    if (calls.size === 0) budget.addWait(waitedMs);
  }

  function fireDue(fire: (id: number, at: number) => void): void {
    const [id, due] = earliest(timers) ?? [];
    if (id === undefined || due === undefined || due > codeNow + passedMs + 1) return;
    timers.delete(id);
    passedMs = Math.max(0, passedMs - Math.max(0, due - codeNow));
    codeNow = Math.max(codeNow, due);
    fire(id, due);
  }

  return {
    ...{ budget, images: [], calls, timers, flush },
    print(text) {
      printed += text;
      if (performance.now() - flushedAt >= logFlushMs) flush();
    },
    later(action) {
      actions.push(action);
      latch.set();
    },
    async wait(fire) {
      flush();
      const [, due] = earliest(timers) ?? [];
      if (due === undefined && calls.size === 0 && actions.length === 0) return false;
      await waitForNext(due);
      for (const action of actions.splice(0)) action();
      fireDue(fire);
      return true;
    },
  };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function earliest(timers: ReadonlyMap<number, number>): [id: number, due: number] | undefined {
  let first: [number, number] | undefined;
  for (const timer of timers) if (first === undefined || timer[1] < first[1]) first = timer;
  return first;
}

import { randomInt } from "node:crypto";
import type { JsonValue } from "../structured/json-value.ts";
import type { WorkerEnd } from "../workers/start-worker.ts";
import { watchCpu } from "../workers/watch-cpu.ts";
import {
  defaultSandboxLimits,
  type Sandbox,
  type SandboxFailure,
  type SandboxLimits,
  type SandboxOptions,
  type SandboxResult,
  type SandboxRun,
} from "./sandbox.ts";
import type { CodeEnd, FromSandbox } from "./sandbox-message.ts";
import { type SandboxWorker, startSandboxWorker } from "./sandbox-workers.ts";

/*
 * The side of a sandbox that is ours. Owns its worker: from its first message to its end.
 *
 * 1. What the engine does not end by itself in time is ended with its worker, at once, in whatever it does.
 * 2. After a run that ended by anything but the code's own error, nothing of the sandbox goes on.
 * 3. Tools run here, each call once; nobody waits for a call of a run that has ended.
 */

/** The engine notices first; what it does not notice has so much more of computing, ms. */
const graceMs = 250;
/** Of what a tool gives, as JSON. */
const maxSettledLength = 1_000_000;

/** `worker`: one that nobody has used; absent: a new one. */
export function openSandbox(options: SandboxOptions = {}, worker = startSandboxWorker()): Sandbox {
  const { tools = [], seed = randomInt(2 ** 32), ...given } = options;
  const limits: SandboxLimits = { ...defaultSandboxLimits, ...given };
  let isClosed = false;
  let isRunning = false;
  worker.post({ type: "open", limits, tools, seed });

  async function close(): Promise<void> {
    isClosed = true;
    await worker.end();
  }

  return {
    async run(code, run = {}) {
      if (isClosed) return sandboxFailure("stopped", "the sandbox is closed");
      if (isRunning) return sandboxFailure("error", "the sandbox runs something already");
      isRunning = true;
      const result = await runInWorker(worker, code, run, limits);
      isRunning = false;
      // 2.
      if (!result.ok && result.reason !== "error") await close();
      return result;
    },
    get isClosed() {
      return isClosed;
    },
    close,
  };
}

function runInWorker(
  worker: SandboxWorker,
  code: string,
  { signal, onLog, callTool, now = Date.now() }: SandboxRun,
  limits: SandboxLimits,
): Promise<SandboxResult> {
  const { promise, resolve } = Promise.withResolvers<SandboxResult>();
  const onAbort = () => resolve(sandboxFailure("stopped", "the run was stopped"));
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const watch = watchCpu(worker, limits.cpuMs + graceMs, () =>
    resolve(sandboxFailure("time", timeWords(limits))),
  );
  void worker.ended.then((end) => resolve(workerFailure(end, limits)));
  worker.onMessage = (message) => {
    switch (message.type) {
      case "log":
        onLog?.(message.text);
        break;
      case "call":
        void settleCall(worker, message, callTool);
        break;
      case "ended":
        resolve(sandboxResult(message.result));
        break;
      default:
        message satisfies never;
    }
  };
  worker.post({ type: "run", code, now });
  return promise.finally(() => {
    delete worker.onMessage;
    watch.stop();
    signal?.removeEventListener("abort", onAbort);
  });
}

/** 3. */
async function settleCall(
  worker: SandboxWorker,
  { id, name, json }: Extract<FromSandbox, { type: "call" }>,
  callTool: SandboxRun["callTool"],
): Promise<void> {
  try {
    if (!callTool) throw new Error(`there is no tool named ${name}`);
    // Cast: it is JSON.
    const value = await callTool(name, JSON.parse(json) as JsonValue);
    const given = JSON.stringify(value) ?? "null";
    if (given.length > maxSettledLength) throw new Error(`${name} gave more than fits into a sandbox`);
    worker.post({ type: "settle", id, json: given });
  } catch (error) {
    worker.post({ type: "settle", id, error: error instanceof Error ? error.message : String(error) });
  }
}

function sandboxResult(end: CodeEnd): SandboxResult {
  if (!end.ok) return end;
  // Cast: it is JSON.
  return { ok: true, value: JSON.parse(end.json) as JsonValue, images: end.images };
}

/** Its worker has ended without being asked to. */
function workerFailure(end: WorkerEnd, limits: SandboxLimits): SandboxFailure {
  switch (end.type) {
    case "memory":
      return sandboxFailure(
        "memory",
        `the code needed more than the ${limits.memoryMb} MB of memory that it may have`,
      );
    case "ended":
      return sandboxFailure("stopped", "the sandbox was closed");
    case "failed":
      return sandboxFailure("stopped", `the sandbox has ended: ${end.message}`);
    default:
      return end satisfies never;
  }
}

const sandboxFailure = (reason: SandboxFailure["reason"], message: string): SandboxFailure => ({
  ok: false,
  reason,
  message,
  images: [],
});

const timeWords = ({ cpuMs }: SandboxLimits): string =>
  `the code took longer than the ${cpuMs / 1000} seconds of computing that it may take`;

import { type BoundedWorker, startWorker } from "../workers/start-worker.ts";
import { createWarmWorkers, type WarmWorkers } from "../workers/warm-worker.ts";
import type { FromSandbox, FromSandboxWorker, SandboxWorkerData, ToSandbox } from "./sandbox-message.ts";

/** A worker that is of one sandbox, once, and then ended. */
export interface SandboxWorker extends BoundedWorker<ToSandbox> {
  /** Who is told what it sends. */
  onMessage?: (message: FromSandbox) => void;
}

/** Of JavaScript of ours: what the code keeps lies outside of it. */
const heapMb = 48;

export const createSandboxWorkers = (): WarmWorkers<SandboxWorker> => createWarmWorkers(startSandboxWorker);

/** Compiled once a process, by its first worker: it takes two processors a fifth of a second. */
let compiledEngine: WebAssembly.Module | undefined;

export function startSandboxWorker(): SandboxWorker {
  const kind = { file: "lib/sandbox/sandbox-worker.ts", heapMb };
  const data: SandboxWorkerData = compiledEngine ? { engine: compiledEngine } : {};
  const worker: SandboxWorker = {
    ...startWorker<ToSandbox, FromSandboxWorker>(
      kind,
      (message) => {
        if (message.type === "compiled") compiledEngine ??= message.engine;
        else worker.onMessage?.(message);
      },
      data,
    ),
  };
  return worker;
}

import type { SandboxImage, SandboxLimits, SandboxResult } from "./sandbox.ts";

/** What the worker of a sandbox is sent; `open` once and first. */
export type ToSandbox =
  | { type: "open"; limits: SandboxLimits; tools: readonly string[]; seed: number }
  | { type: "run"; code: string; now: number }
  /** What became of a call: its value as JSON, or why there is none. */
  | { type: "settle"; id: number; json: string }
  | { type: "settle"; id: number; error: string };

/** What it sends. After `ended` of a run nothing of that run comes any more. */
export type FromSandbox =
  | { type: "log"; text: string }
  | { type: "call"; id: number; name: string; json: string }
  | { type: "ended"; result: CodeEnd };

/** What it begins with. `engine`: compiled by another one; absent: by none yet. */
export interface SandboxWorkerData {
  engine?: WebAssembly.Module;
}

/** Also what it sends before it is opened, where it was given no engine: the one that it has compiled. */
export type FromSandboxWorker = FromSandbox | { type: "compiled"; engine: WebAssembly.Module };

/** The value as JSON. */
export type CodeEnd =
  | { ok: true; json: string; images: readonly SandboxImage[] }
  | Extract<SandboxResult, { ok: false }>;

import type { JsonValue } from "../structured/json-value.ts";

/** Where code of a model runs: JavaScript without network, files, environment or any object of ours. */
export interface Sandbox {
  /**
   * Runs the code, in which `await` may stand anywhere; one at a time. Its value is that of its last
   * expression. Globals stay from run to run, what is declared at the top of the code too. Never rejects.
   */
  run(code: string, options?: SandboxRun): Promise<SandboxResult>;
  /**
   * It and its globals are gone: it was closed, or a run ended by time, memory, output or the signal.
   */
  readonly isClosed: boolean;
  close(): Promise<void>;
}

export interface SandboxOptions extends Partial<SandboxLimits> {
  /**
   * Async functions inside, by their names, and by `tools["any-name"]`. What one is given as its first
   * argument comes to `callTool`.
   */
  tools?: readonly string[];
  /** What chance begins with: the same code then draws the same numbers. Absent: anything. */
  seed?: number;
}

export interface SandboxLimits {
  /** Of everything that the code keeps. */
  memoryMb: number;
  /** Of computing in one run, ms, and of waiting for timers; what a tool takes does not count. */
  cpuMs: number;
  /** Of what one run prints and gives, as UTF-8. */
  outputBytes: number;
}

export interface SandboxRun {
  signal?: AbortSignal;
  /** What is printed, as soon as it is: whole lines, each with its line break. */
  onLog?(text: string): void;
  /**
   * Outside. What it resolves with, as JSON says it, is the call's value inside; a rejection is thrown there.
   */
  callTool?(name: string, args: JsonValue): Promise<unknown>;
  /** What time it is inside when the run begins, ms since 1970; only its timers move that on. Absent: now. */
  now?: number;
}

export type SandboxResult = SandboxValue | SandboxFailure;

export interface SandboxValue {
  ok: true;
  value: JsonValue;
  /** What it has shown by `show_image`, and its value where that is an image. */
  images: readonly SandboxImage[];
}

export interface SandboxFailure {
  ok: false;
  /** `error`: the code's own, and its globals stay; after any other the sandbox is closed. */
  reason: "error" | "time" | "memory" | "output" | "stopped";
  /** For the model, and for people who read English. */
  message: string;
  /** Of the code of this run, from 1. */
  line?: number;
  images: readonly SandboxImage[];
}

export interface SandboxImage {
  mediaType: "image/svg+xml" | "image/png";
  /** Base64. */
  data: string;
}

export const defaultSandboxLimits: SandboxLimits = { memoryMb: 64, cpuMs: 2000, outputBytes: 65_536 };

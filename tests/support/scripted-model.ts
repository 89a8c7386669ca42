import type { Model, ModelPart } from "#lib/models/model.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";

/** A line of a model's script: what it says, a promise it waits for, or an error it throws. */
export type ModelLine = ModelPart | Promise<unknown> | Error;

export interface ScriptedModel extends Model {
  /** Every request, with how it went. */
  readonly requests: { request: ModelRequest; closed: boolean }[];
}

/** A model that says what its script says; a script that ends without a `finish` is a cut-off answer. */
export function scriptedModel(...scripts: ModelLine[][]): ScriptedModel {
  const requests: ScriptedModel["requests"] = [];
  return {
    id: "scripted",
    demo: false,
    requests,
    async *stream(request, signal) {
      const record = { request, closed: false };
      const lines = scripts[Math.min(requests.length, scripts.length - 1)] ?? [];
      requests.push(record);
      try {
        for (const line of lines) {
          if (line instanceof Error) throw line;
          if (line instanceof Promise) await Promise.race([line, aborted(signal)]);
          else yield line;
          if (signal.aborted) return;
        }
      } finally {
        record.closed = true;
      }
    },
  };
}

export const says = (...deltas: string[]): ModelPart[] => deltas.map((delta) => ({ type: "text", delta }));
export const finished: ModelPart = { type: "finish", reason: "stop" };

/** Calls of tools, and the end of the answer that makes them; each is its id, its name and its arguments. */
export const callsTools = (
  ...calls: readonly (readonly [id: string, name: string, input?: unknown])[]
): ModelPart[] => [
  ...calls.flatMap(([toolCallId, toolName, input = {}], index): ModelPart[] => [
    { type: "tool-call-start", index, toolCallId, toolName },
    {
      ...{ type: "tool-call-delta", index },
      delta: typeof input === "string" ? input : JSON.stringify(input),
    },
    { type: "tool-call-end", index },
  ]),
  { type: "finish", reason: "tool-calls" },
];

/** A promise that a test resolves. */
export function gate(): { promise: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });

import type { FinishReason, Usage } from "../protocol/run-event.ts";
import type { ModelRequest } from "./model-request.ts";

/**
 * What a model says, in the order it says it. Deltas of one text that arrive within `coalesceMs` are one
 * part, since every part is stored and shown by itself, and none is cut inside a surrogate pair: a model that
 * may cut there passes its texts through a `createSurrogateBuffer`. `index` numbers the tool calls of one
 * answer. `usage` may come more than once: the last report counts, reports are never added up. `finish` comes
 * last, and only if the provider gave a finish reason: a stream that ends without it was cut off.
 */
export type ModelPart =
  | { type: "text"; delta: string }
  | { type: "reasoning"; delta: string }
  | { type: "refusal"; delta: string }
  | { type: "tool-call-start"; index: number; toolCallId: string; toolName: string }
  | { type: "tool-call-delta"; index: number; delta: string }
  | { type: "usage"; usage: Usage }
  | { type: "finish"; reason: FinishReason };

export interface Model {
  /** The name sent to the provider and shown to people. */
  readonly id: string;
  /** True for the scripted model, which is labelled wherever it answers. */
  readonly demo: boolean;
  /**
   * One model request. Aborting `signal` closes the provider's connection and ends the iteration without an
   * error; leaving the loop closes it too. Throws `ModelError`.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Model, ModelPart } from "../model.ts";
import { ModelError } from "../model-error.ts";
import type { ModelRequest } from "../model-request.ts";
import { createCallRepeats } from "./call-repeats.ts";

/** The waits before the rest is asked for, ms: so many attempts in a row may bring nothing. */
const waitsMs = [250, 1000, 2000] as const;

type Resume = NonNullable<ModelRequest["resume"]>;

/**
 * A model that goes on where the line to its endpoint broke, if the endpoint keeps the answer: the rest is
 * asked for, and whoever reads notices nothing but a pause. Where that fails, the fault is the line's.
 * `onOutcome`: how the whole of it ended, as of `ProviderModelOptions`.
 */
export function createResumingModel(model: Model, onOutcome?: (error?: ModelError) => void): Model {
  function failed(error: unknown): unknown {
    if (error instanceof ModelError) onOutcome?.(error);
    return error;
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    const repeats = createCallRepeats();
    let { resume } = request;
    let responseId = resume?.responseId;
    let broken: Error | undefined;
    for (let attempt = 0; ; attempt += 1) {
      let hasPart = false;
      try {
        for await (const part of model.stream({ ...request, ...(resume && { resume }) }, signal)) {
          hasPart = true;
          if (part.type === "response") ({ responseId } = part);
          const next = resumeBehind(part, resume, responseId);
          if (next !== resume) attempt = 0;
          resume = next;
          const passed = repeats.pass(part);
          if (passed) yield passed;
          if (part.type === "finish") {
            onOutcome?.();
            return;
          }
        }
      } catch (error) {
        if (!isLineBroken(error, hasPart)) throw failed((isForgotten(error) && broken) || error);
        broken ??= error;
      }
      if (signal.aborted) return;
      const waitMs = waitsMs[attempt];
      if (resume === undefined || waitMs === undefined) {
        if (broken) throw failed(broken);
        onOutcome?.();
        return;
      }
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      repeats.restart();
    }
  }

  return { ...model, stream };
}

function resumeBehind(part: ModelPart, resume?: Resume, responseId?: string): Resume | undefined {
  if (part.type === "response") return { responseId: part.responseId };
  const cursor = "cursor" in part ? part.cursor : undefined;
  if (responseId !== undefined && cursor !== undefined) return { responseId, cursor };
  // An endpoint that does not number its events would say this once more.
  return "delta" in part && part.type !== "tool-call-delta" ? undefined : resume;
}

/** `hasPart`: an endpoint that had begun to speak and then says that it failed has failed for good. */
function isLineBroken(error: unknown, hasPart: boolean): error is ModelError {
  if (!(error instanceof ModelError) || !error.retryable || isForgotten(error)) return false;
  if (error.code === "provider-failed" || error.code === "rate-limited") return !hasPart;
  return error.code === "cut-off" || error.code === "unreachable" || error.code === "timeout";
}

const isForgotten = (error: unknown): boolean =>
  error instanceof ModelError && error.facts.reason === "forgotten";

import { unlessAborted } from "../async/unless-aborted.ts";
import type { Model, ModelPart } from "./model.ts";
import type { ModelError } from "./model-error.ts";
import type { ModelRequest } from "./model-request.ts";

/**
 * Stands in for a model that could not be picked: the first request throws why. Each further one picks again,
 * so that a retry reaches an endpoint that is back.
 */
export function createFailingModel(id: string, error: ModelError, pick: () => Promise<Model>): Model {
  let failure: ModelError | undefined = error;

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    if (signal.aborted) return;
    const first = failure;
    failure = undefined;
    if (first) throw first;
    const model = await unlessAborted(pick(), signal);
    if (model) yield* model.stream(request, signal);
  }

  return { id, demo: false, stream };
}

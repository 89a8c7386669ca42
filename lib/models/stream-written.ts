import type { GivenUpReason, Model, ModelPart } from "./model.ts";
import type { ModelRequest } from "./model-request.ts";

/** Reads a reply that is written in a form of ours into parts of the model interface. */
export interface WrittenReply {
  /** Nothing that the model would still say is of use. */
  readonly isDone: boolean;
  take(part: ModelPart): Iterable<ModelPart>;
  /** The reply has failed. */
  cut(): Iterable<ModelPart>;
  end(): Iterable<ModelPart>;
}

/** The parts of a reply in a form of ours; the model is given up as soon as the reply is done. */
export async function* streamWritten(
  model: Model,
  request: ModelRequest,
  reply: WrittenReply,
  signal: AbortSignal,
): AsyncGenerator<ModelPart> {
  const enough = new AbortController();
  try {
    for await (const part of model.stream(request, AbortSignal.any([signal, enough.signal]))) {
      yield* reply.take(part);
      if (!reply.isDone) continue;
      // The model goes on with what it cannot know, and each word of that costs.
      enough.abort("stop" satisfies GivenUpReason);
      break;
    }
  } catch (error) {
    yield* reply.cut();
    throw error;
  }
  if (!signal.aborted) yield* reply.end();
}

import type { Model, ModelPart } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { finished, says } from "./scripted-model.ts";

export interface SummarizingModel extends Model {
  /** What it was asked for an answer, and what for a summary. */
  readonly asked: (readonly ModelMessage[])[];
  readonly summaries: ModelRequest[];
  /** How many requests for a summary were left before their end. */
  left: number;
}

export type SummaryScript = (
  n: number,
  signal: AbortSignal,
) => AsyncIterable<ModelPart> | Iterable<ModelPart>;

/** Answers each question, and is asked for summaries beside that: `summarize` says the n-th of those. */
export function summarizingModel(
  summarize: SummaryScript = (n) => [...says(`Notes ${n}.`), finished],
  answer: (n: number, messages: readonly ModelMessage[]) => Iterable<ModelPart> = () => [
    ...says("Five."),
    finished,
  ],
): SummarizingModel {
  const model: SummarizingModel = {
    ...{ id: "summarizing", demo: false, asked: [], summaries: [], left: 0 },
    async *stream(request, signal) {
      if (!isSummaryRequest(request.messages)) {
        model.asked.push(request.messages);
        yield* answer(model.asked.length, request.messages);
        return;
      }
      model.summaries.push(request);
      let isWhole = false;
      try {
        yield* summarize(model.summaries.length, signal);
        isWhole = !signal.aborted;
      } finally {
        if (!isWhole) model.left += 1;
      }
    },
  };
  return model;
}

export const isSummaryRequest = ([system]: readonly ModelMessage[]): boolean =>
  system?.role === "system" &&
  system.content.startsWith("You take notes of the earlier part of a conversation");

import type { ActionOf } from "./conversation-action.ts";
import { type ConversationStep, step } from "./conversation-effect.ts";
import type { ConversationState } from "./conversation-state.ts";
import type { PendingMessage } from "./pending-message.ts";
import type { Turn } from "./turns.ts";

/** Chooses the model of what is asked next, what was refused because of its model included. */
export function chooseModel(state: ConversationState, { model }: ActionOf<"model-chosen">): ConversationStep {
  const { pending } = state;
  const next = { ...state, model, ...(pending && { pending: withModel(pending, model) }) };
  return step(next, { type: "keep-model", model });
}

/** A request that was refused is none: under its run id another may be made. */
function withModel(pending: PendingMessage, model: string): PendingMessage {
  const { body } = pending;
  const isRefused = pending.state === "not-sent" && pending.problem.field === "model";
  return isRefused && body ? { ...pending, body: { ...body, model } } : pending;
}

/** A model that was chosen was asked: from now on the log says which it was. */
export function forgetChosenModel(state: ConversationState, asked: string | undefined): ConversationStep {
  if (state.model === undefined || state.model !== asked) return step(state);
  return step({ ...state, model: undefined }, { type: "keep-model", model: undefined });
}

/** The model that is named in what is asked next; undefined: the server chooses. */
export function nextModel(
  { model, preferredModel, pending }: Pick<ConversationState, "model" | "preferredModel" | "pending">,
  newest: Pick<Turn, "answer" | "liveRun"> | undefined,
): string | undefined {
  if (model !== undefined) return model;
  if (pending?.body) return pending.body.model;
  const { liveRun, answer } = newest ?? {};
  return liveRun?.askedModel ?? answer?.askedModel ?? preferredModel;
}

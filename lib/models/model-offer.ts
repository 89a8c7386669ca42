import { modelBaseName } from "../protocol/model-base-name.ts";
import type { ModelDescription, ModelListing } from "../protocol/model-listing.ts";
import type { ListEndpoint } from "./fetch-model-list.ts";
import type { HostedSearchOptions } from "./hosted-search.ts";
import { hostOf, openAiUrl } from "./openai.ts";
import type { ToolCalling } from "./react/tool-calling.ts";
import type { ListedModel } from "./read-model-list.ts";
import { takesOwnKey } from "./takes-own-key.ts";
import type { ThinkingOptions } from "./thinking-options.ts";

/** An endpoint that models are offered from. */
export interface ModelEndpoint extends Omit<ListEndpoint, "fetch">, ThinkingOptions, HostedSearchOptions {
  /** See `ChatReaderOptions`. */
  startsThinking?: boolean;
  /** How its models are offered tools; absent: `auto`. */
  toolCalling?: ToolCalling;
  /** The only one; absent: those that the endpoint lists. */
  model?: DescribedModel;
}

/** A model as an operator describes it. */
export interface DescribedModel extends ModelDescription {
  /** What a request names. */
  id: string;
  label?: string;
  /** What the endpoint is asked for. */
  model: string;
}

/** A model that may be picked. */
export interface ModelOffer extends DescribedModel {
  label: string;
  endpoint: ModelEndpoint;
  isUnsuited?: true;
}

export const offerOf = (endpoint: ModelEndpoint, model: DescribedModel): ModelOffer => ({
  ...model,
  label: model.label ?? modelBaseName(model.id),
  endpoint,
});

export const listedOffer = (endpoint: ModelEndpoint, model: ListedModel): ModelOffer => ({
  ...model,
  label: model.label ?? modelBaseName(model.id),
  model: model.id,
  endpoint,
});

/** Stands for an endpoint whose models are not known: asked, it says why. */
export function placeholderOffer(endpoint: ModelEndpoint): ModelOffer {
  const host = hostOf(endpoint);
  return { id: host, label: host, model: host, endpoint };
}

/** A model as the page is told of it: field by field, so that no secret comes along. */
export function listingOf(offer: ModelOffer): Omit<ModelListing, "isDefault"> {
  const { id, label, endpoint, isUnsuited, prices, limits, capabilities } = offer;
  return {
    id,
    label,
    demo: false,
    host: hostOf(endpoint),
    ...(isUnsuited && { isUnsuited }),
    ...(prices && { prices }),
    ...(limits && { limits }),
    ...(capabilities && { capabilities }),
    ...(!takesOwnKey(endpoint) && { takesNoKey: true as const }),
  };
}

/** The origin of an endpoint: a browser's key for it is sent nowhere else. */
export const originOf = ({ baseUrl }: Pick<ModelEndpoint, "baseUrl">): string =>
  new URL(baseUrl ?? openAiUrl).origin;

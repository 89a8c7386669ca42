import { createEndpointSlots, type EndpointSlots } from "./endpoint-slots.ts";
import type { ModelEndpoint, ModelOffer } from "./model-offer.ts";
import { hostOf, openAiUrl } from "./openai.ts";
import type { RefusedMemory } from "./provider-model.ts";

/** What is found out about endpoints while they are asked, whosever key it is with. */
export interface LearnedEndpoints {
  /** Of a host: one server answers there, whatever it is asked for and over which wire. */
  slotsOf(endpoint: ModelEndpoint): EndpointSlots;
  /** Of a model: over another wire, and at another address of its host, it may take other fields. */
  refusedOf(offer: Pick<ModelOffer, "endpoint" | "model">): RefusedMemory;
}

export function createLearnedEndpoints(): LearnedEndpoints {
  const slots = new Map<string, EndpointSlots>();
  const refused = new Map<string, RefusedMemory>();
  return {
    slotsOf: (endpoint) => known(slots, hostOf(endpoint), createEndpointSlots),
    refusedOf({ endpoint: { wire, baseUrl = openAiUrl }, model }) {
      return known(refused, JSON.stringify([wire, baseUrl, model]), () => ({ fields: new Set() }));
    },
  };
}

function known<T>(all: Map<string, T>, key: string, create: () => T): T {
  const one = all.get(key) ?? create();
  all.set(key, one);
  return one;
}

import { createHash } from "node:crypto";
import { createEndpointSlots, type EndpointSlots } from "./endpoint-slots.ts";
import type { ModelEndpoint, ModelOffer } from "./model-offer.ts";
import { hostOf, openAiUrl } from "./openai.ts";
import type { RefusedMemory } from "./provider-model.ts";

/** What is found out about endpoints while they are asked. */
export interface LearnedEndpoints {
  /** Of a host: one server answers there, whatever it is asked for and over which wire. */
  slotsOf(endpoint: ModelEndpoint): EndpointSlots;
  /**
   * Of a model: over another wire, and at another address of its host, it may take other fields. So it may
   * with a browser's own key, whose account may do less: what is found out with that is for nobody else.
   */
  refusedOf(offer: Pick<ModelOffer, "endpoint" | "model">, ownKey?: string): RefusedMemory;
}

/** What is known of keys of browsers is forgotten behind so many. */
const maxOwnKeys = 1000;

export function createLearnedEndpoints(): LearnedEndpoints {
  const slots = new Map<string, EndpointSlots>();
  const refused = new Map<string, RefusedMemory>();
  const ofOwnKeys = new Map<string, RefusedMemory>();
  return {
    slotsOf: (endpoint) => known(slots, hostOf(endpoint), createEndpointSlots),
    refusedOf({ endpoint: { wire, baseUrl = openAiUrl }, model }, ownKey) {
      const name = JSON.stringify([wire, baseUrl, model]);
      const ofAll = known(refused, name, () => ({ fields: new Set<string>() }));
      if (ownKey === undefined) return ofAll;
      const [oldest] = ofOwnKeys.keys();
      if (oldest !== undefined && ofOwnKeys.size >= maxOwnKeys) ofOwnKeys.delete(oldest);
      const digest = createHash("sha256").update(ownKey).digest("hex");
      return known(ofOwnKeys, `${digest} ${name}`, () => ({ fields: ofAll.fields }));
    },
  };
}

function known<T>(all: Map<string, T>, key: string, create: () => T): T {
  const one = all.get(key) ?? create();
  all.set(key, one);
  return one;
}

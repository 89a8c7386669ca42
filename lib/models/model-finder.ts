import { createListCache } from "./list-cache.ts";
import { ModelError } from "./model-error.ts";
import {
  listedOffer,
  type ModelEndpoint,
  type ModelOffer,
  offerOf,
  placeholderOffer,
} from "./model-offer.ts";
import { hostOf } from "./openai.ts";
import { isModelId, type ListedModel } from "./read-model-list.ts";
import { UnknownModelError } from "./unknown-model-error.ts";

/*
 * Which models there are, and which of them a name means. Owns the endpoints' lists; the demo, which has no
 * endpoint, is no matter of it.
 *
 * 1. The first endpoint has the default model. While that cannot be learned, the default is one whose error
 *    says why.
 * 2. Of several models of one name one is offered: the one that is described by hand, else the first
 *    endpoint's that lists it.
 */

/** What one endpoint offers, those that answer in words first; with the error where that is not known. */
export interface EndpointOffers {
  endpoint: ModelEndpoint;
  offers: readonly ModelOffer[];
  error?: ModelError;
}

/** A model whose endpoint does not say whether it has it. */
export interface UnlistedModel {
  id: string;
  endpoint: ModelEndpoint;
  error: ModelError;
}

export interface ModelFinder {
  /** What each endpoint offers, in their order; where one takes its time over its list, that it does. */
  list(): Promise<readonly EndpointOffers[]>;
  /** (1) Of at least one endpoint. */
  findDefault(): Promise<FoundModel>;
  /** The model of that id, as far as its endpoints have said. */
  findListed(id: string): Promise<FoundModel | undefined>;
  /** The model of that id, added a moment ago perhaps. Throws `UnknownModelError`. */
  find(id: string): Promise<FoundModel>;
  /** What an endpoint lists may be another thing by now. */
  doubt(endpoint: ModelEndpoint): void;
}

export type FoundModel = ModelOffer | UnlistedModel;

export interface ModelFinderOptions {
  endpoints: readonly ModelEndpoint[];
  /** Throws `ModelError`. */
  fetchList(endpoint: ModelEndpoint): Promise<readonly ListedModel[]>;
  rereadMs: number;
  /** Monotonic, ms. */
  now(): number;
}

/** A name that is not on the list may be a model that was added a moment ago. */
const unknownAgeMs = 10_000;
/** Whoever looks at the list is not kept waiting for an endpoint that does not answer. */
const maxListWaitMs = 3000;

export function createModelFinder({ endpoints, fetchList, rereadMs, now }: ModelFinderOptions): ModelFinder {
  const describedIds = new Set(endpoints.flatMap(({ model }) => model?.id ?? []));
  const caches = new Map(
    endpoints
      .filter(({ model }) => !model)
      .map((each) => [each, createListCache({ fetchList: () => fetchList(each), rereadMs, now })] as const),
  );

  async function offersOf(endpoint: ModelEndpoint, maxAgeMs?: number): Promise<EndpointOffers> {
    if (endpoint.model) return { endpoint, offers: [offerOf(endpoint, endpoint.model)] };
    const cache = caches.get(endpoint);
    try {
      const listed = (await (maxAgeMs === undefined ? cache?.read() : cache?.readWithin(maxAgeMs))) ?? [];
      return { endpoint, offers: suitedFirst(endpoint, listed) };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return { endpoint, offers: [], error };
    }
  }

  /** (2) */
  function suitedFirst(endpoint: ModelEndpoint, listed: readonly ListedModel[]): ModelOffer[] {
    const free = listed.filter(({ id }) => !describedIds.has(id));
    const offers = free.map((each) => listedOffer(endpoint, each));
    return [...offers.filter((each) => !each.isUnsuited), ...offers.filter((each) => each.isUnsuited)];
  }

  const all = (maxAgeMs?: number) => Promise.all(endpoints.map((each) => offersOf(each, maxAgeMs)));

  /** One that is described needs no endpoint's list. */
  function described(id: string): ModelOffer | undefined {
    const endpoint = endpoints.find(({ model }) => model?.id === id);
    return endpoint?.model && offerOf(endpoint, endpoint.model);
  }

  async function find(id: string): Promise<FoundModel> {
    if (!isModelId(id)) throw new UnknownModelError(id);
    const known = described(id);
    if (known) return known;
    const before = await all();
    const found = offerNamed(before, id) ?? offerNamed(await all(unknownAgeMs), id);
    if (found) return found;
    const failed = before.find(({ error }) => error);
    if (failed?.error) return { id, endpoint: failed.endpoint, error: failed.error };
    throw new UnknownModelError(id);
  }

  return {
    list: () =>
      Promise.all(endpoints.map((each) => orAfter(offersOf(each), maxListWaitMs, () => slowOffers(each)))),
    async findDefault() {
      const [first] = await Promise.all(endpoints.slice(0, 1).map((each) => offersOf(each)));
      return defaultOf(first);
    },
    findListed: async (id) => described(id) ?? offerNamed(await all(), id),
    find,
    doubt: (endpoint) => caches.get(endpoint)?.doubt(),
  };
}

/** (1) */
function defaultOf(first: EndpointOffers | undefined): FoundModel {
  if (!first) throw new UnknownModelError("");
  const { endpoint, offers, error } = first;
  const [offer] = offers;
  if (offer && (!offer.isUnsuited || endpoint.model)) return offer;
  const { id } = placeholderOffer(endpoint);
  return { id, endpoint, error: error ?? nothingSuited(hostOf(endpoint)) };
}

/** Those that stand for an endpoint whose list fails are named after its host, as a list shows them. */
function offerNamed(all: readonly EndpointOffers[], id: string): FoundModel | undefined {
  for (const each of all) {
    const { endpoint, offers, error } = each;
    const offer = offers.find((offered) => offered.id === id);
    if (offer) return offer;
    if (id !== hostOf(endpoint)) continue;
    if (each === all[0]) return defaultOf(each);
    if (error) return { id, endpoint, error };
  }
  return undefined;
}

function slowOffers(endpoint: ModelEndpoint): EndpointOffers {
  const host = hostOf(endpoint);
  const error = new ModelError("timeout", `${host} has not listed its models yet.`, {
    retryable: true,
    facts: { host, reason: "start" },
  });
  return { endpoint, offers: [], error };
}

function orAfter<T>(promise: Promise<T>, ms: number, value: () => T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.resolve(value()), ms);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

const nothingSuited = (host: string): ModelError =>
  new ModelError(
    "model-not-found",
    `${host} lists no model that answers in words: name a model in the server's settings.`,
    { retryable: false, facts: { host, reason: "unlisted" } },
  );

import { isDeepStrictEqual } from "node:util";
import type { ModelListing, ModelState, ModelTest } from "../protocol/model-listing.ts";
import { isOwnKeyModel, plainModel } from "../protocol/own-key-model.ts";
import { createDemoModel } from "./demo/demo-model.ts";
import { createEndpointModel } from "./endpoint-model.ts";
import { createEndpointSlots, type EndpointSlots } from "./endpoint-slots.ts";
import { createFailingModel } from "./failing-model.ts";
import { fetchModelList } from "./fetch-model-list.ts";
import { createListCache, type ListCache } from "./list-cache.ts";
import type { Model } from "./model.ts";
import { ModelError } from "./model-error.ts";
import {
  listedOffer,
  listingOf,
  type ModelEndpoint,
  type ModelOffer,
  offerOf,
  originOf,
  placeholderOffer,
} from "./model-offer.ts";
import { createModelStates } from "./model-states.ts";
import { hostOf } from "./openai.ts";
import type { RefusedMemory } from "./provider-model.ts";
import { isModelId } from "./read-model-list.ts";
import { takesOwnKey } from "./takes-own-key.ts";
import { testModel } from "./test-model.ts";
import { UnknownModelError } from "./unknown-model-error.ts";

/*
 * Every model that this server offers: those that its operator lists, those that its endpoints list, and the
 * demo.
 *
 * 1. The first endpoint has the default model. While that cannot be learned, the default is a model that
 *    throws why when it is asked; neither the demo nor another endpoint ever stands in for it.
 * 2. Of several models of one name one is offered, listed and picked alike: the one that is described by
 *    hand, else the first endpoint's that lists it.
 * 3. A key of a browser goes to the origin that it was given for, and nowhere else; a key of the server's
 *    never stands in for it. An endpoint that has credentials beside the key takes none of a browser's; one
 *    that has no key of the server's may need none, and what is asked there counts all the same.
 */

/** The keys that a browser brings, by the origin that each is for. */
export type OwnKeys = ReadonlyMap<string, string>;

/** What a browser's key would be for. */
export interface KeyTarget {
  origin: string;
  /** False: the endpoint is asked with credentials that no key can stand in for. */
  takesKey: boolean;
}

export interface ModelList {
  /** The models that may be picked, the default first. `keys`: those of the browser that asks. */
  list(keys?: OwnKeys): Promise<ModelListing[]>;
  /**
   * The model of that id, else the default (1). Throws `UnknownModelError`; `ModelError` "needs-key" for one
   * that was asked with a browser's key and is to be continued without it (3).
   */
  pick(id?: string, keys?: OwnKeys): Promise<Model>;
  /** Where a model, or the default one, is asked; undefined: it runs here. Throws `UnknownModelError`. */
  keyTargetOf(id?: string): Promise<KeyTarget | undefined>;
  /** Asks a model one small question. Throws `UnknownModelError`. */
  test(id: string | undefined, keys: OwnKeys | undefined, signal: AbortSignal): Promise<ModelTest>;
}

export interface ModelListOptions {
  /** None: the demo model is the only one. */
  endpoints: readonly ModelEndpoint[];
  firstByteMs: number;
  idleMs: number;
  /** Of one answer; 4 million if absent. */
  maxCharacters?: number;
  /** Of one answer; absent: only idle time is limited. */
  maxMs?: number;
  /** For an endpoint's `/models`; 10 s if absent. */
  listMs?: number;
  /** After how long a list is read again; 5 min if absent. */
  rereadMs?: number;
  /** Of the demo model; 1 is the speed of a real one. */
  pace?: number;
  fetch?: typeof fetch;
  /** Monotonic, ms; the process's if absent. */
  now?(): number;
}

const defaultMaxCharacters = 10_000_000;
const defaultListMs = 10_000;
const defaultRereadMs = 5 * 60_000;
/** A name that is not on the list may be a model that was added a moment ago. */
const unknownAgeMs = 10_000;

/** An endpoint, with its list unless its model is described. */
interface ModelSource {
  endpoint: ModelEndpoint;
  cache?: ListCache;
}

type SourceOffers = { source: ModelSource; offers: readonly ModelOffer[]; error?: ModelError };

export function createModelList(options: ModelListOptions): ModelList {
  const { now = () => performance.now(), rereadMs = defaultRereadMs } = options;
  const demo = createDemoModel(options.pace);
  const models = new Map<ModelOffer["endpoint"], Map<string, { offer: ModelOffer; model: Model }>>();
  const describedIds = new Set(options.endpoints.flatMap(({ model }) => model?.id ?? []));
  const states = createModelStates();
  const learned = createLearnedEndpoints();
  const sources: readonly ModelSource[] = options.endpoints.map((endpoint) => {
    if (endpoint.model) return { endpoint };
    const fetchList = async () => {
      const list = await fetchModelList(withFetch(endpoint, options), options.listMs ?? defaultListMs);
      learned.of(endpoint).slots.reached();
      return list;
    };
    return { endpoint, cache: createListCache({ fetchList, rereadMs, now }) };
  });

  async function offersOf(source: ModelSource, maxAgeMs?: number): Promise<SourceOffers> {
    const { endpoint, cache } = source;
    if (endpoint.model) return { source, offers: [offerOf(endpoint, endpoint.model)] };
    try {
      const listed = (await (maxAgeMs === undefined ? cache?.read() : cache?.readWithin(maxAgeMs))) ?? [];
      // (2)
      const free = listed.filter(({ id }) => !describedIds.has(id));
      const offers = free.map((each) => listedOffer(endpoint, each));
      return {
        source,
        offers: [...offers.filter((each) => !each.isUnsuited), ...offers.filter((each) => each.isUnsuited)],
      };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return { source, offers: [], error };
    }
  }

  const allOffers = (maxAgeMs?: number) => Promise.all(sources.map((source) => offersOf(source, maxAgeMs)));

  async function list(keys?: OwnKeys): Promise<ModelListing[]> {
    const all = await Promise.all(
      sources.map((source) => orAfter(offersOf(source), maxListWaitMs, () => slowOffers(source))),
    );
    const offered = all.flatMap(({ source, offers, error }) =>
      error
        ? [{ offer: placeholderOffer(source.endpoint), state: failedState(error) }]
        : offers.map((offer): { offer: ModelOffer; state?: ModelState } => ({ offer })),
    );
    const byId = new Map<string, ModelListing>();
    for (const { offer, state = states.of(offer.id) } of offered)
      if (!byId.has(offer.id))
        byId.set(offer.id, {
          ...listingOf(offer),
          isDefault: byId.size === 0 && offer.endpoint === sources[0]?.endpoint && !offer.isUnsuited,
          ...(state && { state }),
          ...(keyFor(offer.endpoint, keys) !== undefined && { hasOwnKey: true as const }),
        });
    const demoListing = { id: demo.id, label: "Demo", demo: true, isDefault: byId.size === 0 };
    return byId.has(demo.id) ? [...byId.values()] : [...byId.values(), demoListing];
  }

  /** The demo is found by its own name only where no endpoint has a model of that name. */
  async function find(id: string | undefined): Promise<ModelOffer | "demo" | Failed> {
    if (sources.length === 0 && (id === undefined || id === demo.id)) return "demo";
    if (id === undefined)
      return defaultOf(await Promise.all(sources.slice(0, 1).map((each) => offersOf(each))));
    if (!isModelId(id)) throw new UnknownModelError(id);
    // Needs no endpoint's list.
    const described = sources.find(({ endpoint }) => endpoint.model?.id === id);
    if (described?.endpoint.model) return offerOf(described.endpoint, described.endpoint.model);
    const all = await allOffers();
    const found = offerNamed(all, id) ?? offerNamed(id === demo.id ? [] : await allOffers(unknownAgeMs), id);
    if (found) return found;
    if (id === demo.id) return "demo";
    const failed = all.find(({ error }) => error);
    const error = failed?.error;
    if (failed && error) return { id, endpoint: failed.source.endpoint, error };
    throw new UnknownModelError(id);
  }

  async function pick(asked?: string, keys?: OwnKeys): Promise<Model> {
    const id = asked === undefined ? undefined : plainModel(asked);
    const found = await find(id);
    if (found === "demo") return demo;
    const key = keyFor(found.endpoint, keys);
    // (3)
    if (key === undefined && asked !== undefined && isOwnKeyModel(asked)) throw needsKey(found);
    if ("error" in found) {
      const failing = createFailingModel(found.id, found.error, () => pick(asked, keys));
      return key === undefined ? failing : { ...failing, ...ownKeyMarks(found) };
    }
    return key === undefined ? modelOf(found) : ownKeyModelOf(found, key);
  }

  /** One a model, until its offer changes: each has a client of its own. */
  function modelOf(offer: ModelOffer): Model {
    const { endpoint, id } = offer;
    const ofEndpoint = models.get(endpoint) ?? new Map<string, { offer: ModelOffer; model: Model }>();
    const known = ofEndpoint.get(id);
    if (known && isDeepStrictEqual(known.offer, offer)) return known.model;
    const source = sources.find((each) => each.endpoint === endpoint);
    const model = createEndpointModel({
      ...modelOptions(offer, options),
      ...learned.ofModel(offer),
      onOutcome(error) {
        states.note(id, error);
        // It may be gone, or another one behind the same address.
        if (error && mayHaveChanged.has(error.code)) source?.cache?.doubt();
      },
    });
    models.set(endpoint, ofEndpoint.set(id, { offer, model }));
    return model;
  }

  /** Not kept: the key is the browser's. */
  const ownKeyModelOf = (offer: ModelOffer, apiKey: string): Model => ({
    ...createEndpointModel({
      ...modelOptions(offer, options),
      ...learned.ofModel(offer),
      apiKey,
      isOwnKey: true,
    }),
    ...ownKeyMarks(offer),
  });

  async function test(id: string | undefined, keys: OwnKeys | undefined, signal: AbortSignal) {
    const found = await find(id);
    const host = found === "demo" ? undefined : hostOf(found.endpoint);
    const model = await pick(id, keys);
    const result = await testModel(model, { now }, signal, host);
    if (!model.usesOwnKey && !signal.aborted) states.noteTest(model.id, result);
    return result;
  }

  return {
    list,
    pick,
    async keyTargetOf(id) {
      const found = await find(id);
      if (found === "demo") return undefined;
      return { origin: originOf(found.endpoint), takesKey: takesOwnKey(found.endpoint) };
    },
    test,
  };
}

/** The browser's key that an endpoint is asked with. (3) */
const keyFor = (endpoint: ModelEndpoint, keys: OwnKeys | undefined): string | undefined =>
  takesOwnKey(endpoint) ? keys?.get(originOf(endpoint)) : undefined;

/** (3) */
const ownKeyMarks = ({ endpoint }: ModelOffer | Failed): Pick<Model, "usesOwnKey" | "isCounted"> => ({
  usesOwnKey: true,
  ...(endpoint.apiKey === undefined && { isCounted: true }),
});

/** What is found out about an endpoint while it is asked, whoever's key it is asked with. */
function createLearnedEndpoints() {
  const byHost = new Map<string, { slots: EndpointSlots; refused: Map<string, RefusedMemory> }>();

  function of(endpoint: ModelEndpoint) {
    const host = hostOf(endpoint);
    const known = byHost.get(host) ?? { slots: createEndpointSlots(), refused: new Map() };
    byHost.set(host, known);
    return known;
  }

  return {
    of,
    ofModel({ endpoint, model }: ModelOffer): { slots: EndpointSlots; refused: RefusedMemory } {
      const known = of(endpoint);
      const refused = known.refused.get(model) ?? { fields: new Set() };
      known.refused.set(model, refused);
      return { slots: known.slots, refused };
    },
  };
}

/** A model whose endpoint does not say whether it has it. */
interface Failed {
  id: string;
  endpoint: ModelEndpoint;
  error: ModelError;
}

/** (1) */
function defaultOf([first]: readonly SourceOffers[]): ModelOffer | Failed {
  if (!first) throw new UnknownModelError("");
  const { source, offers, error } = first;
  const { endpoint } = source;
  const [offer] = offers;
  if (offer && (!offer.isUnsuited || endpoint.model)) return offer;
  const { id } = placeholderOffer(endpoint);
  return { id, endpoint, error: error ?? nothingSuited(hostOf(endpoint)) };
}

/** Those that stand for an endpoint whose list fails are named after its host, as `list` shows them. */
function offerNamed(all: readonly SourceOffers[], id: string): ModelOffer | Failed | undefined {
  for (const { source, offers, error } of all) {
    const offer = offers.find((each) => each.id === id);
    if (offer) return offer;
    if (id === hostOf(source.endpoint) && source === all[0]?.source) return defaultOf(all);
    if (error && id === hostOf(source.endpoint)) return { id, endpoint: source.endpoint, error };
  }
  return undefined;
}

/** Whoever looks at the list is not kept waiting for an endpoint that does not answer. */
const maxListWaitMs = 3000;

const slowOffers = (source: ModelSource): SourceOffers => {
  const host = hostOf(source.endpoint);
  const facts = { host, reason: "start" } as const;
  const error = new ModelError("timeout", `${host} has not listed its models yet.`, {
    retryable: true,
    facts,
  });
  return { source, offers: [], error };
};

function orAfter<T>(promise: Promise<T>, ms: number, value: () => T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.resolve(value()), ms);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

const mayHaveChanged: ReadonlySet<string> = new Set<ModelError["code"]>([
  "model-not-found",
  "request-refused",
  "unreachable",
]);

const withFetch = (endpoint: ModelEndpoint, { fetch }: ModelListOptions) => ({
  ...endpoint,
  ...(fetch && { fetch }),
});

function modelOptions(
  { endpoint, id, model, prices, limits, capabilities }: ModelOffer,
  options: ModelListOptions,
) {
  const { firstByteMs, idleMs, maxCharacters = defaultMaxCharacters, maxMs } = options;
  const { model: _, toolCalling = "auto", ...where } = endpoint;
  const hasNoTools = toolCalling === "auto" && capabilities?.tools === false;
  return {
    ...withFetch(where, options),
    toolCalling: hasNoTools ? ("react" as const) : toolCalling,
    id,
    model,
    ...(prices && { prices }),
    ...(limits?.output !== undefined && { maxTokens: limits.output }),
    firstByteMs,
    idleMs,
    maxCharacters,
    ...(maxMs !== undefined && { maxMs }),
  };
}

const failedState = ({ code }: ModelError): ModelState => ({ isReachable: false, code });

const nothingSuited = (host: string): ModelError =>
  new ModelError(
    "model-not-found",
    `${host} lists no model that answers in words: name a model in the server's settings.`,
    {
      retryable: false,
      facts: { host, reason: "unlisted" },
    },
  );

const needsKey = ({ endpoint }: ModelOffer | Failed): ModelError => {
  const host = hostOf(endpoint);
  return new ModelError("needs-key", `${host} was asked with a key of the browser's, which is not kept.`, {
    retryable: false,
    facts: { host },
  });
};

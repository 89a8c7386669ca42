import { isDeepStrictEqual } from "node:util";
import type { ModelListing, ModelState, ModelTest } from "../protocol/model-listing.ts";
import { isOwnKeyModel, plainModel } from "../protocol/own-key-model.ts";
import { createDemoModel } from "./demo/demo-model.ts";
import { createEndpointModel } from "./endpoint-model.ts";
import { createFailingModel } from "./failing-model.ts";
import { fetchModelList } from "./fetch-model-list.ts";
import { createLearnedEndpoints } from "./learned-endpoints.ts";
import type { Model } from "./model.ts";
import { ModelError } from "./model-error.ts";
import { createModelFinder, type FoundModel } from "./model-finder.ts";
import { listingOf, type ModelEndpoint, type ModelOffer, originOf, placeholderOffer } from "./model-offer.ts";
import { createModelStates } from "./model-states.ts";
import { hostOf } from "./openai.ts";
import type { ListedModel } from "./read-model-list.ts";
import { takesOwnKey } from "./takes-own-key.ts";
import { testModel } from "./test-model.ts";

/*
 * Every model that this server offers, to be listed, asked and tested: those that its operator lists, those
 * that its endpoints list (model-finder.ts), and the demo.
 *
 * 1. Neither the demo nor another endpoint ever stands in for the default: while that cannot be learned, it
 *    is a model that throws why when it is asked.
 * 2. The demo is found by its own name only where no endpoint has a model of that name.
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

export function createModelList(options: ModelListOptions): ModelList {
  const { now = () => performance.now(), rereadMs = defaultRereadMs } = options;
  const demo = createDemoModel(options.pace);
  const models = new Map<ModelOffer["endpoint"], Map<string, { offer: ModelOffer; model: Model }>>();
  const states = createModelStates();
  const learned = createLearnedEndpoints();
  const finder = createModelFinder({ endpoints: options.endpoints, fetchList, rereadMs, now });

  async function fetchList(endpoint: ModelEndpoint): Promise<readonly ListedModel[]> {
    const models = await fetchModelList(withFetch(endpoint, options), options.listMs ?? defaultListMs);
    learned.slotsOf(endpoint).reached();
    return models;
  }

  async function list(keys?: OwnKeys): Promise<ModelListing[]> {
    const offered = (await finder.list()).flatMap(({ endpoint, offers, error }) =>
      error
        ? [{ offer: placeholderOffer(endpoint), state: failedState(error) }]
        : offers.map((offer): { offer: ModelOffer; state?: ModelState } => ({ offer })),
    );
    const byId = new Map<string, ModelListing>();
    for (const { offer, state = states.of(offer.id) } of offered)
      if (!byId.has(offer.id))
        byId.set(offer.id, {
          ...listingOf(offer),
          isDefault: byId.size === 0 && offer.endpoint === options.endpoints[0] && !offer.isUnsuited,
          ...(state && { state }),
          ...(keyFor(offer.endpoint, keys) !== undefined && { hasOwnKey: true as const }),
        });
    const demoListing = { id: demo.id, label: "Demo", demo: true, isDefault: byId.size === 0 };
    return byId.has(demo.id) ? [...byId.values()] : [...byId.values(), demoListing];
  }

  async function find(id: string | undefined): Promise<FoundModel | "demo"> {
    const isDemo = id === demo.id;
    if (options.endpoints.length === 0 && (id === undefined || isDemo)) return "demo";
    if (id === undefined) return finder.findDefault();
    // (2)
    return isDemo ? ((await finder.findListed(id)) ?? "demo") : finder.find(id);
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
    const model = createEndpointModel({
      ...modelOptions(offer, options),
      ...learnedOf(offer),
      onOutcome(error) {
        states.note(id, error);
        // It may be gone, or another one behind the same address.
        if (error && mayHaveChanged.has(error.code)) finder.doubt(endpoint);
      },
    });
    models.set(endpoint, ofEndpoint.set(id, { offer, model }));
    return model;
  }

  const learnedOf = (offer: ModelOffer, ownKey?: string) => ({
    slots: learned.slotsOf(offer.endpoint),
    refused: learned.refusedOf(offer, ownKey),
  });

  /** Not kept: the key is the browser's. */
  const ownKeyModelOf = (offer: ModelOffer, apiKey: string): Model => ({
    ...createEndpointModel({
      ...modelOptions(offer, options),
      ...learnedOf(offer, apiKey),
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
const ownKeyMarks = ({ endpoint }: FoundModel): Pick<Model, "usesOwnKey" | "isCounted"> => ({
  usesOwnKey: true,
  ...(endpoint.apiKey === undefined && { isCounted: true }),
});

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
    ...(limits && { tokenLimits: limits }),
    ...(limits?.output !== undefined && { maxTokens: limits.output }),
    firstByteMs,
    idleMs,
    maxCharacters,
    ...(maxMs !== undefined && { maxMs }),
  };
}

const failedState = ({ code }: ModelError): ModelState => ({ isReachable: false, code });

const needsKey = ({ endpoint }: FoundModel): ModelError => {
  const host = hostOf(endpoint);
  return new ModelError("needs-key", `${host} was asked with a key of the browser's, which is not kept.`, {
    retryable: false,
    facts: { host },
  });
};

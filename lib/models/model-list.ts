import { createDemoModel } from "./demo/demo-model.ts";
import { createEndpointModel } from "./endpoint-model.ts";
import { createEndpointSlots } from "./endpoint-slots.ts";
import { createFailingModel } from "./failing-model.ts";
import type { Model } from "./model.ts";
import { ModelError } from "./model-error.ts";
import { hostOf, listOpenAiModels } from "./openai.ts";
import { UnknownModelError } from "./unknown-model-error.ts";

export interface ModelListing {
  id: string;
  /** What people see. The page says in its own words that `demo` is the demo model. */
  label: string;
  demo: boolean;
  isDefault: boolean;
}

export interface ModelList {
  /** The models that may be picked, the default first. */
  list(): Promise<ModelListing[]>;
  /**
   * The model of that id, else the default: the endpoint's if there is an endpoint, else the demo model.
   * While an endpoint's models cannot be learned, its model is one that throws why when asked; the demo never
   * stands in for it. Throws `UnknownModelError`.
   */
  pick(id?: string): Promise<Model>;
}

export interface ModelListOptions {
  /** Absent: the demo model is the only one. `model` absent: those that the endpoint lists. */
  endpoint?: { apiKey?: string; baseUrl?: string; model?: string };
  firstByteMs: number;
  idleMs: number;
  /** Of one answer; 16 MB if absent. */
  maxBytes?: number;
  /** Of one answer; absent: only idle time is limited. */
  maxMs?: number;
  /** For the endpoint's `/models`; 10 s if absent. */
  listMs?: number;
  /** Of the demo model; 1 is the speed of a real one. */
  pace?: number;
  fetch?: typeof fetch;
}

type ListedEndpoint = NonNullable<ModelListOptions["endpoint"]>;

const defaultMaxBytes = 16 * 1024 * 1024;
const defaultListMs = 10_000;
const maxListed = 200;
const maxIdLength = 200;

/** Every model that this server offers. An endpoint without a model of its own is asked for its list once. */
export function createModelList(options: ModelListOptions): ModelList {
  const { endpoint } = options;
  const demo = createDemoModel(options.pace);
  const models = new Map<string, Model>();
  const slots = createEndpointSlots();
  let listing: Promise<string[]> | undefined;

  /** Single flight, and kept; a failure is not: the next one asks again. */
  function idsOf(known: ListedEndpoint): Promise<string[]> {
    if (known.model !== undefined) return Promise.resolve([known.model]);
    listing ??= listIds(known, options).catch((error: unknown) => {
      listing = undefined;
      throw error;
    });
    return listing;
  }

  async function list(): Promise<ModelListing[]> {
    const demoListing = { id: demo.id, label: "Demo", demo: true, isDefault: endpoint === undefined };
    if (endpoint === undefined) return [demoListing];
    const ids = await idsOf(endpoint).catch(() => [hostOf(endpoint)]);
    const listings = ids.map((id, at) => ({ id, label: id, demo: false, isDefault: at === 0 }));
    return ids.includes(demo.id) ? listings : [...listings, demoListing];
  }

  async function pick(id?: string): Promise<Model> {
    if (endpoint !== undefined) return pickAt(endpoint, id);
    if (id === undefined || id === demo.id) return demo;
    throw new UnknownModelError(id);
  }

  /** A name that the endpoint knows is the endpoint's, the demo's too. */
  async function pickAt(at: ListedEndpoint, id: string | undefined): Promise<Model> {
    if (id !== undefined && !isPlausible(id)) throw new UnknownModelError(id);
    const host = hostOf(at);
    try {
      const ids = await idsOf(at);
      const picked = id === undefined || id === host ? ids[0] : ids.find((each) => each === id);
      if (picked !== undefined) return modelAt(at, picked);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      if (id !== demo.id) return createFailingModel(id ?? host, error, () => pickAt(at, id));
    }
    if (id === demo.id) return demo;
    throw new UnknownModelError(id ?? "");
  }

  /** One a model: each has a client of its own. */
  function modelAt(at: ListedEndpoint, id: string): Model {
    const known = models.get(id);
    if (known) return known;
    const { maxBytes = defaultMaxBytes } = options;
    const model = createEndpointModel({ ...options, ...at, id, maxBytes, slots });
    models.set(id, model);
    return model;
  }

  return { list, pick };
}

async function listIds(endpoint: ListedEndpoint, options: ModelListOptions): Promise<string[]> {
  const host = hostOf(endpoint);
  const source = { ...endpoint, ...(options.fetch && { fetch: options.fetch }) };
  const ids = await listOpenAiModels(source, options.listMs ?? defaultListMs).catch((error: unknown) => {
    const hasNoList = error instanceof ModelError && error.code === "model-not-found";
    throw hasNoList ? noModelError(host, "does not list its models") : error;
  });
  const plausible = ids.filter(isPlausible).slice(0, maxListed);
  if (plausible.length === 0) throw noModelError(host, "lists no models");
  return plausible;
}

const noModelError = (host: string, words: string): ModelError =>
  new ModelError("model-not-found", `${host} ${words}: set OPENAI_MODEL.`, {
    retryable: false,
    facts: { host, reason: "unlisted" },
  });

const isPlausible = (id: string): boolean => id !== "" && id.length <= maxIdLength && !/\p{Cc}/u.test(id);

import { unlessAborted } from "../async/unless-aborted.ts";
import { createDemoModel } from "./demo/demo-model.ts";
import { type Model, ModelError, type ModelPart } from "./model.ts";
import type { ModelRequest } from "./model-request.ts";
import { createOpenAiModel, hostOf, listOpenAiModels } from "./openai.ts";
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
  endpoint?: { apiKey?: string; baseUrl?: string; model?: string };
  firstByteMs: number;
  idleMs: number;
  /** Of one answer; 16 MB if absent. */
  maxBytes?: number;
  /** Of one answer; absent: no limit but silence. */
  maxMs?: number;
  /** For the endpoint's `/models`; 10 s if absent. */
  listMs?: number;
  /** Of the demo model; 1 is the speed of a real one. */
  pace?: number;
  fetch?: typeof fetch;
}

const usualMaxBytes = 16 * 1024 * 1024;
const usualListMs = 10_000;
const maxListed = 200;
const maxIdLength = 200;

/** Every model that this server offers. An endpoint without a model of its own is asked for its list once. */
export function createModelList(options: ModelListOptions): ModelList {
  const { endpoint } = options;
  const demo = createDemoModel(options.pace);
  const made = new Map<string, Model>();
  let learning: Promise<string[]> | undefined;

  /** A failure is not kept: the next request asks again. */
  function idsOf(known: NonNullable<typeof endpoint>): Promise<string[]> {
    if (known.model !== undefined) return Promise.resolve([known.model]);
    learning ??= learnIds(known, options).catch((error: unknown) => {
      learning = undefined;
      throw error;
    });
    return learning;
  }

  async function list(): Promise<ModelListing[]> {
    const demoListing = { id: demo.id, label: "Demo", demo: true, isDefault: endpoint === undefined };
    if (endpoint === undefined) return [demoListing];
    const ids = await idsOf(endpoint).catch(() => [hostOf(endpoint)]);
    return [...ids.map((id, at) => ({ id, label: id, demo: false, isDefault: at === 0 })), demoListing];
  }

  async function pick(id?: string): Promise<Model> {
    if (id === demo.id || (id === undefined && endpoint === undefined)) return demo;
    if (endpoint === undefined || (id !== undefined && !isPlausible(id)))
      throw new UnknownModelError(id ?? "");
    const host = hostOf(endpoint);
    try {
      const ids = await idsOf(endpoint);
      const found = id === undefined || id === host ? ids[0] : ids.find((each) => each === id);
      if (found === undefined) throw new UnknownModelError(id ?? "");
      return modelAt(endpoint, found);
    } catch (error) {
      if (error instanceof ModelError) return failingModel(id ?? host, error, () => pick(id));
      throw error;
    }
  }

  function modelAt(from: NonNullable<ModelListOptions["endpoint"]>, id: string): Model {
    const model =
      made.get(id) ??
      createOpenAiModel({ ...options, ...from, id, maxBytes: options.maxBytes ?? usualMaxBytes });
    made.set(id, model);
    return model;
  }

  return { list, pick };
}

async function learnIds(
  endpoint: NonNullable<ModelListOptions["endpoint"]>,
  options: ModelListOptions,
): Promise<string[]> {
  const host = hostOf(endpoint);
  const noModel = (words: string) =>
    new ModelError("model-not-found", `${host} ${words}: set OPENAI_MODEL.`, {
      retryable: false,
      facts: { host, reason: "unlisted" },
    });
  const source = { ...endpoint, ...(options.fetch && { fetch: options.fetch }) };
  const ids = await listOpenAiModels(source, options.listMs ?? usualListMs).catch((error: unknown) => {
    throw error instanceof ModelError && error.code === "model-not-found"
      ? noModel("does not list its models")
      : error;
  });
  const known = ids.filter(isPlausible).slice(0, maxListed);
  if (known.length === 0) throw noModel("lists no models");
  return known;
}

const isPlausible = (id: string): boolean => id !== "" && id.length <= maxIdLength && !/\p{Cc}/u.test(id);

/** Says once why there is no model; whoever asks once more has the endpoint asked once more. */
function failingModel(id: string, error: ModelError, pickAgain: () => Promise<Model>): Model {
  let unsaid: ModelError | undefined = error;

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    if (signal.aborted) return;
    const known = unsaid;
    unsaid = undefined;
    if (known) throw known;
    const model = await unlessAborted(pickAgain(), signal);
    if (model) yield* model.stream(request, signal);
  }

  return { id, demo: false, stream };
}

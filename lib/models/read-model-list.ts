import { isRecord } from "../protocol/is-record.ts";
import type { ModelDescription } from "../protocol/model-listing.ts";
import { isSuited } from "./is-suited.ts";
import { tryParseJson } from "./try-parse-json.ts";

/** A model as an endpoint's `/models` lists it, by the name that the endpoint knows. */
export interface ListedModel extends ModelDescription {
  id: string;
  /** What the endpoint calls it for people. */
  label?: string;
  /** It is for something else than answers: embeddings, speech, pictures. */
  isUnsuited?: true;
}

const maxListed = 10_000;
const maxIdLength = 200;

/**
 * The models of an endpoint's list, in its order and each once. Besides OpenAI's form it takes a bare list,
 * one of names, `models` in place of `data`, and nothing in place of a list (LM Studio, Ollama, llama.cpp,
 * Together and Cohere, gateways); entries without a name that can be asked for are left out. Undefined: the
 * body is no list of models.
 */
export function readModelList(body: string): ListedModel[] | undefined {
  const value = tryParseJson(body);
  const entries = entriesOf(value);
  if (!entries) return undefined;
  const models = new Map<string, ListedModel>();
  for (const entry of entries) {
    const model = listedModel(entry);
    if (model && !models.has(model.id)) models.set(model.id, model);
    if (models.size === maxListed) break;
  }
  return [...models.values()];
}

/** Whether a name can be asked for, and shown in one line. */
export const isModelId = (id: string): boolean =>
  id !== "" && id.length <= maxIdLength && !/\p{Cc}/u.test(id);

function entriesOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return undefined;
  const lists = ["data", "models"].filter((key) => Object.hasOwn(value, key)).map((key) => value[key]);
  const list = lists.find((each) => Array.isArray(each) && each.length > 0) ?? lists[0];
  if (Array.isArray(list)) return list;
  // An empty list as Go writes it; or an envelope without one.
  return list === null || value["object"] === "list" ? [] : undefined;
}

function listedModel(entry: unknown): ListedModel | undefined {
  const id = listedId(entry);
  if (id === undefined) return undefined;
  const facts = isRecord(entry) ? entry : {};
  const label =
    textIn(facts["display_name"]) ?? (facts["id"] === undefined ? undefined : textIn(facts["name"]));
  return {
    id,
    ...(label !== undefined && label !== id && isModelId(label) && { label }),
    ...(!isSuited(id, facts) && { isUnsuited: true as const }),
    ...describe(facts),
  };
}

function listedId(entry: unknown): string | undefined {
  if (typeof entry === "string") return isModelId(entry) ? entry : undefined;
  if (!isRecord(entry)) return undefined;
  return ["id", "name", "model", "key"].map((key) => textIn(entry[key])).find((id) => id && isModelId(id));
}

const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** What OpenRouter, vLLM, llama.cpp, LM Studio, Groq, Mistral and others tell beside the name. */
function describe(facts: Record<string, unknown>): ModelDescription {
  const { prices, limits, capabilities } = {
    prices: pricesOf(facts["pricing"]),
    limits: listedLimits(facts),
    capabilities: capabilitiesOf(facts),
  };
  return { ...(prices && { prices }), ...(limits && { limits }), ...(capabilities && { capabilities }) };
}

/** OpenRouter's: dollars a token, as text; -1 where it depends. */
function pricesOf(pricing: unknown): ModelDescription["prices"] {
  if (!isRecord(pricing)) return undefined;
  const perMillion = (key: string): number | undefined => {
    const price = typeof pricing[key] === "string" ? Number(pricing[key]) : Number.NaN;
    // Of the digits that a binary fraction has too many.
    return price >= 0 && price < 1 ? Number((price * 1e6).toPrecision(12)) : undefined;
  };
  const [input, output] = [perMillion("prompt"), perMillion("completion")];
  const cachedInput = perMillion("input_cache_read");
  if (input === undefined || output === undefined) return undefined;
  return { input, output, ...(cachedInput !== undefined && { cachedInput }) };
}

const contextKeys = [
  "loaded_context_length",
  "context_length",
  "max_model_len",
  "context_window",
  "max_context_length",
  "max_input_tokens",
];
const outputKeys = ["max_completion_tokens", "max_output_tokens", "max_tokens"];

function listedLimits(facts: Record<string, unknown>): ModelDescription["limits"] {
  const sources = [facts, facts["top_provider"], facts["limits"], facts["meta"]].filter(isRecord);
  const first = (keys: readonly string[]) =>
    sources.flatMap((source) => keys.map((key) => source[key])).find(isLimit);
  const context = first([...contextKeys, "n_ctx", "n_ctx_train"]);
  const output = first(outputKeys);
  if (context === undefined && output === undefined) return undefined;
  return { ...(context !== undefined && { context }), ...(output !== undefined && { output }) };
}

const isLimit = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

function capabilitiesOf(facts: Record<string, unknown>): ModelDescription["capabilities"] {
  const flags = isRecord(facts["capabilities"]) ? facts["capabilities"] : {};
  const listed = [facts["capabilities"], facts["supported_parameters"], facts["features"]].flatMap(textsIn);
  const inputs = textsIn(
    isRecord(facts["architecture"]) ? facts["architecture"]["input_modalities"] : undefined,
  );
  const isListed = (list: readonly string[], names: RegExp) =>
    list.length === 0 ? undefined : list.some((each) => names.test(each));
  const flag = (...keys: string[]) =>
    keys.map((key) => flags[key]).find((each): each is boolean => typeof each === "boolean");
  const tools =
    flag("function_calling", "tools", "tool_calls") ??
    isListed(listed, /^(tools?|tool[_-](use|calls?|calling)|trained_for_tool_use|function[_-]calling)$/);
  const isSeeing = isListed(inputs, /^image$/) || isListed(listed, /^(vision|multimodal|image)$/);
  const images = flag("vision", "image_input", "multimodal") ?? (isSeeing || undefined);
  const json = isListed(textsIn(facts["supported_parameters"]), /^(response_format|structured_outputs)$/);
  const files = flag("pdf_input") ?? isListed(inputs, /^file$/);
  const known = {
    ...(tools !== undefined && { tools }),
    ...(images !== undefined && { images }),
    ...(json !== undefined && { json }),
    ...(files !== undefined && { files }),
  };
  return Object.keys(known).length === 0 ? undefined : known;
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

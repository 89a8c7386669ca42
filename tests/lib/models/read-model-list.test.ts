import assert from "node:assert/strict";
import { test } from "node:test";
import { readModelList } from "../../../lib/models/read-model-list.ts";

const read = (value: unknown) => readModelList(typeof value === "string" ? value : JSON.stringify(value));
const idsOf = (value: unknown) => read(value)?.map(({ id }) => id);

const forms: [how: string, body: unknown, ids: string[] | undefined][] = [
  ["OpenAI's", { object: "list", data: [{ id: "a" }, { id: "b" }] }, ["a", "b"]],
  ["a bare list", [{ id: "a" }, { id: "b" }], ["a", "b"]],
  ["a list of names", ["a", "b"], ["a", "b"]],
  ["`data` as names", { data: ["a"] }, ["a"]],
  ["Ollama's own", { models: [{ name: "qwen3:8b", model: "qwen3:8b" }] }, ["qwen3:8b"]],
  ["llama.cpp's, which has both", { models: [{ name: "x.gguf" }], data: [{ id: "x.gguf" }] }, ["x.gguf"]],
  ["LM Studio's own", { models: [{ type: "llm", key: "qwen/qwen3-4b" }] }, ["qwen/qwen3-4b"]],
  ["`data` empty beside `models`", { data: [], models: [{ name: "a" }] }, ["a"]],
  ["null in place of a list", { object: "list", data: null }, []],
  ["an envelope without a list", { object: "list" }, []],
  ["an empty list", { data: [] }, []],
  [
    "entries without an id, or with an odd one",
    { data: [{ id: "a" }, {}, { id: null }, { id: 7 }, null, 1, { id: "" }, { id: "a\nb" }] },
    ["a"],
  ],
  ["the same id twice", { data: [{ id: "a" }, { id: "b" }, { id: "a" }] }, ["a", "b"]],
  ["an error", { error: { message: "no" } }, undefined],
  ["a page", "<html></html>", undefined],
  ["nothing", "", undefined],
  ["a number", 1, undefined],
];

for (const [how, body, ids] of forms)
  test(`${how}: ${ids ? `${ids.length} models` : "no list of models"}`, () =>
    assert.deepEqual(idsOf(body), ids));

test("of ten thousand and more, ten thousand are kept", () => {
  const data = Array.from({ length: 10_050 }, (_, n) => ({ id: `m${n}` }));
  assert.equal(read({ data })?.length, 10_000);
});

const facts: [whose: string, entry: object, described: object][] = [
  [
    "OpenRouter's",
    {
      id: "v/m",
      name: "V: M",
      context_length: 131_072,
      architecture: { input_modalities: ["text", "image", "file"], output_modalities: ["text"] },
      pricing: { prompt: "0.00000015", completion: "0.0000006", input_cache_read: "0.000000075" },
      top_provider: { max_completion_tokens: 16_384 },
      supported_parameters: ["tools", "response_format", "temperature"],
    },
    {
      id: "v/m",
      label: "V: M",
      prices: { input: 0.15, output: 0.6, cachedInput: 0.075 },
      limits: { context: 131_072, output: 16_384 },
      capabilities: { tools: true, images: true, json: true, files: true },
    },
  ],
  [
    "OpenRouter's router, whose price depends",
    { id: "auto", pricing: { prompt: "-1", completion: "-1" } },
    { id: "auto" },
  ],
  ["vLLM's", { id: "m", object: "model", max_model_len: 32_768 }, { id: "m", limits: { context: 32_768 } }],
  [
    "llama.cpp's",
    { id: "/m/a.gguf", meta: { n_ctx_train: 4096 } },
    { id: "/m/a.gguf", limits: { context: 4096 } },
  ],
  [
    "LM Studio's",
    {
      id: "m",
      type: "vlm",
      loaded_context_length: 4096,
      max_context_length: 131_072,
      capabilities: ["tool_use"],
    },
    { id: "m", limits: { context: 4096 }, capabilities: { tools: true } },
  ],
  [
    "Mistral's",
    {
      id: "m",
      max_context_length: 32_000,
      capabilities: { completion_chat: true, function_calling: false, vision: true },
    },
    { id: "m", limits: { context: 32_000 }, capabilities: { tools: false, images: true } },
  ],
  [
    "Groq's",
    { id: "m", context_window: 8192, max_completion_tokens: 4096 },
    { id: "m", limits: { context: 8192, output: 4096 } },
  ],
  [
    "Anthropic's",
    { type: "model", id: "c-1", display_name: "C 1", created_at: "2026" },
    { id: "c-1", label: "C 1" },
  ],
];

for (const [whose, entry, described] of facts)
  test(`${whose} entry tells what it tells`, () => {
    const [model] = read({ data: [entry] }) ?? [];
    assert.deepEqual(model, described);
  });

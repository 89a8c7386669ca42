import assert from "node:assert/strict";
import { test } from "node:test";
import { modelBaseName } from "#lib/protocol/model-base-name.ts";

for (const [id, shown] of [
  ["/models/Qwen2.5-7B-Instruct-Q4_K_M.gguf", "Qwen2.5-7B-Instruct-Q4_K_M.gguf"],
  ["./models/a.gguf", "a.gguf"],
  ["C:\\Users\\ann\\models\\a.gguf", "a.gguf"],
  ["models\\a.bin", "a.bin"],
  ["TheBloke/x-GGUF/x.Q4.gguf", "x.Q4.gguf"],
  ["/root/.cache/models--Qwen--Qwen3/snapshots/", "snapshots"],
  ["meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"],
  ["models/gemini-2.5-flash", "models/gemini-2.5-flash"],
  ["qwen3:8b", "qwen3:8b"],
  ["/", "/"],
  ["", ""],
] as const)
  test(`${JSON.stringify(id)} is read as ${JSON.stringify(shown)}`, () =>
    assert.equal(modelBaseName(id), shown));

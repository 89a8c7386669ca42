import assert from "node:assert/strict";
import { test } from "node:test";
import { searchModels } from "#lib/http/search-models.ts";

const model = (id: string, label = id, host = "h.example") => ({
  id,
  label,
  demo: false,
  isDefault: false,
  host,
});
const models = [
  model("qwen3-32b"),
  model("vendor/qwen3-coder", "Vendor: Qwen3 Coder"),
  model("deepseek-chat", "DeepSeek", "api.deepseek.com"),
  model("qwen2.5-vl"),
];
const idsOf = (text: string, limit?: number) =>
  searchModels(models, { text, ...(limit !== undefined && { limit }) }).models.map(({ id }) => id);

test("every word has to be in the name, the label or the host, in whatever case and width", () => {
  assert.deepEqual(idsOf("coder QWEN3"), ["vendor/qwen3-coder"]);
  assert.deepEqual(idsOf("ｄｅｅｐ"), ["deepseek-chat"]);
  assert.deepEqual(idsOf("api.deepseek"), ["deepseek-chat"]);
  assert.deepEqual(idsOf("none"), []);
  assert.deepEqual(idsOf("  "), ["qwen3-32b", "vendor/qwen3-coder", "deepseek-chat", "qwen2.5-vl"]);
});

test("those whose name begins so come first, each kind in its order", () => {
  assert.deepEqual(idsOf("qwen"), ["qwen3-32b", "qwen2.5-vl", "vendor/qwen3-coder"]);
});

test("of more than were asked for it says how many there are", () => {
  assert.deepEqual(
    [idsOf("qwen", 1), searchModels(models, { text: "qwen", limit: 1 }).total],
    [["qwen3-32b"], 3],
  );
});

test("two thousand are searched in a moment", () => {
  const many = Array.from({ length: 2000 }, (_, n) => model(`vendor-${n % 40}/model-${n}`));
  const began = process.threadCpuUsage();
  assert.equal(searchModels(many, { text: "model-1999" }).models.length, 1);
  const { user, system } = process.threadCpuUsage(began);
  assert.ok(user + system < 500_000, `${user + system} µs`);
});

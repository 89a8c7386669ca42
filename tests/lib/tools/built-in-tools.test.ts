import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toolApprovals } from "#lib/config/tool-approvals.ts";
import { createBuiltInTools } from "#lib/tools/built-in-tools.ts";
import { createMapStore } from "../../contract/map-store/map-store.ts";

const tools = createBuiltInTools({
  now: () => 0,
  searchConversations: async () => ({ matches: [], isComplete: true }),
  notes: createMapStore(() => 0).notes,
});

test("every tool has a name of its own, words for a model, and a schema of an object that takes no more", () => {
  assert.deepEqual(
    tools.map(({ name, effect }) => `${name} ${effect}`),
    [
      "calculator read",
      "date_time read",
      "convert_unit read",
      "ask_person read",
      "search_conversations read",
      "read_notes read",
      "save_note write",
      "delete_note write",
    ],
  );
  for (const { description, inputSchema } of tools) {
    assert.ok(description.length > 40 && description.length < 800);
    assert.equal(inputSchema.type, "object");
    assert.equal(inputSchema.additionalProperties, false);
  }
});

test("what .env.example says about calls is about tools and effects that there are", () => {
  const example = readFileSync(join(import.meta.dirname, "../../../.env.example"), "utf8");
  const [, json = ""] = /^#TOOL_APPROVALS=(.*)$/m.exec(example) ?? [];
  const known = ["read", "write", "network", "code", ...tools.map(({ name }) => name)];
  assert.deepEqual(
    Object.keys(toolApprovals.parse(json)).filter((name) => !known.includes(name)),
    [],
  );
});

test("what anybody may write as arguments is refused and never throws", () => {
  const odd: unknown[] = [
    ...[undefined, null, true, 0, "", "x".repeat(1_000_000), [], [[]], Number.POSITIVE_INFINITY, 10n ** 20n],
    ...[
      JSON.parse('{"__proto__":{"polluted":1}}'),
      JSON.parse('{"constructor":{"prototype":{"polluted":1}}}'),
    ],
    ...[
      { expression: Number("12345678901234567890") },
      { query: null },
      { name: {} },
      { value: "1", from: 1, to: 2 },
    ],
    Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`k${at}`, at])),
  ];
  for (const tool of tools) {
    for (const input of odd) {
      const parsed = tool.parse(input);
      assert.equal(parsed.type, "invalid", `${tool.name} takes ${String(input).slice(0, 40)}`);
      assert.ok(parsed.type === "invalid" && parsed.errorText.length > 0);
    }
  }
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

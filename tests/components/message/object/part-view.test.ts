import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { type ObjectForm, objectForm } from "#components/message/object/object-form.ts";
import {
  asRecord,
  fieldValue,
  type OpenPart,
  openWithin,
  partView,
} from "#components/message/object/part-view.ts";
import { createJsonParser } from "#lib/structured/json-parser.ts";
import type { JsonValue } from "#lib/structured/json-value.ts";

/** What a card shows, in short: `_` a skeleton, `-` nothing, `|` behind a text that grows. */
function shown(form: ObjectForm, value: JsonValue | undefined, open?: OpenPart): unknown {
  const view = partView(form, value, open);
  switch (view.type) {
    case "skeleton":
      return "_";
    case "none":
      return "-";
    case "text":
      return view.isGrowing ? `${view.text}|` : view.text;
    case "number":
      return view.number;
    case "boolean":
      return view.value;
    case "list":
      return view.items.map((item, at) => shown(view.item, item, openWithin(open, at)));
    case "table":
      return view.rows.map((row, at) => cells(view.columns, row, openWithin(open, at)));
    case "group":
      return Object.fromEntries(
        view.fields.map(({ key, form: inner }) => [
          key,
          shown(inner, fieldValue(view.value, key), openWithin(open, key)),
        ]),
      );
  }
}

const cells = (columns: readonly { key: string; form: ObjectForm }[], row: JsonValue, open?: OpenPart) =>
  columns
    .map(({ key, form }) => String(shown(form, fieldValue(asRecord(row), key), openWithin(open, key))))
    .join(" ");

const formed = (schema: z.ZodType) => objectForm(z.toJSONSchema(schema, { io: "input" }));

/** The card of a text that is still written, or was cut off there. */
function cardOf(form: ObjectForm, text: string, isWriting = true): unknown {
  const json = createJsonParser();
  json.push(text);
  const isWhole = json.stateOf([]) === "complete";
  return shown(form, json.value(), isWhole ? undefined : { json, path: [], isWriting });
}

const form = formed(
  z.object({
    name: z.string(),
    serves: z.int(),
    isHot: z.boolean(),
    level: z.enum(["easy", "easier", "hard"]),
    source: z.object({ book: z.string(), page: z.int() }),
    steps: z.array(z.string()),
    items: z.array(z.object({ what: z.string(), grams: z.number() })),
    note: z.object({ by: z.string() }).nullable(),
  }),
);

const missing = {
  ...{ name: "_", serves: "_", isHot: "_", level: "_", source: { book: "_", page: "_" } },
  ...{ steps: "_", items: [], note: "_" },
};

const moments: [text: string, changed: object][] = [
  ["", {}],
  ['{"na', {}],
  ['{"name": "', { name: "|" }],
  ['{"name": "Sou', { name: "Sou|" }],
  ['{"name": "Soup"', { name: "Soup" }],
  ['{"name": "Soup", "serves": 1', { name: "Soup" }],
  ['{"name": "Soup", "serves": 12,', { name: "Soup", serves: 12 }],
  ['{"isHot": tru', {}],
  ['{"isHot": true', { isHot: true }],
  ['{"level": "ea', {}],
  ['{"level": "easi', { level: "easi|" }],
  ['{"level": "easy"', { level: "easy" }],
  ['{"level": "h', { level: "h|" }],
  ['{"level": "x', {}],
  ['{"source": {"book": "A', { source: { book: "A|", page: "_" } }],
  ['{"steps": [', { steps: [] }],
  ['{"steps": ["Cut", "Bo', { steps: ["Cut", "Bo|"] }],
  ['{"items": [{"what": "Sal', { items: ["Sal| _"] }],
  ['{"items": [{"what": "Salt", "grams": 5}, {', { items: ["Salt 5", "_ _"] }],
  ['{"note": null', { note: "-" }],
  ['{"more": [{"a": 1}, 2', { more: [{ a: 1 }, "_"] }],
];

for (const [text, changed] of moments)
  test(`a card at ${text || "its beginning"}`, () =>
    assert.deepEqual(cardOf(form, text), { ...missing, ...changed }));

test("what was cut off has a dash where something is missing, or might have been another", () => {
  const cut = cardOf(form, '{"name": "Sou', false);
  const nothing = { serves: "-", isHot: "-", level: "-", source: { book: "-", page: "-" } };
  assert.deepEqual(cut, { name: "Sou", ...nothing, steps: "-", items: [], note: "-" });
  assert.deepEqual(cardOf(formed(z.object({ a: z.int() })), '{"a": 12', false), { a: "-" });
});

test("a value of another kind than its form has the look of its own kind", () => {
  const text =
    '{"name": ["a"], "serves": "two", "steps": "Boil.", "items": [1], "source": 3, "level": {"x": 1}}';
  assert.deepEqual(cardOf(form, text), {
    ...{ name: ["a"], serves: "two", steps: "Boil.", items: [1], source: 3, level: { x: 1 } },
    ...{ isHot: "-", note: "-" },
  });
});

test("a record has the keys that come, each in the look of its values", () => {
  const record = formed(z.object({ a: z.record(z.string(), z.int()) }));
  assert.deepEqual(cardOf(record, '{"a": {"x": 1, "y": 2'), { a: { x: 1, y: "_" } });
});

test("whatever is written, nothing that is shown is ever taken away or becomes another", () => {
  const value = fc.record({
    name: fc.string(),
    serves: fc.integer(),
    isHot: fc.boolean(),
    level: fc.constantFrom("easy", "easier", "hard"),
    source: fc.record({ book: fc.string(), page: fc.integer() }),
    steps: fc.array(fc.string()),
    items: fc.array(fc.record({ what: fc.string(), grams: fc.double({ noNaN: true }) })),
    note: fc.option(fc.record({ by: fc.string() })),
  });
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 9 }), (written, step) => {
      const text = JSON.stringify(written);
      let before: unknown;
      for (let end = 0; end < text.length + step; end += step) {
        const now = cardOf(form, text.slice(0, end));
        assertKept(before, now);
        before = now;
      }
    }),
    { numRuns: 60 },
  );
});

/** Skeletons give way to anything, a text grows, a list gets longer; nothing else changes. */
function assertKept(before: unknown, now: unknown): void {
  if (before === undefined || before === "_" || before === now) return;
  if (typeof before === "string") {
    const isText = typeof now === "string" && before.endsWith("|");
    // A row of a table, whose cells fill in.
    const isRow = typeof now === "string" && before.includes("_");
    assert.ok(isRow || (isText && now.startsWith(before.slice(0, -1))), `${before} → ${String(now)}`);
    return;
  }
  assert.ok(
    typeof before === "object" && before !== null,
    `${JSON.stringify(before)} → ${JSON.stringify(now)}`,
  );
  for (const [key, value] of Object.entries(before))
    assertKept(
      value,
      typeof now === "object" && now !== null ? Object.entries(now).find(([k]) => k === key)?.[1] : now,
    );
}

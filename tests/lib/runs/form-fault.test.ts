import assert from "node:assert/strict";
import { test } from "node:test";
import { formFault } from "#lib/runs/form-fault.ts";

const schema = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 2, maxLength: 4 },
    colour: { type: "string", enum: ["red", "blue"] },
    size: {
      type: "string",
      oneOf: [
        { const: "s", title: "Small" },
        { const: "l", title: "Large" },
      ],
    },
    days: { type: "integer", minimum: 1, maximum: 9 },
    share: { type: "number", minimum: 0 },
    isSure: { type: "boolean" },
    tags: { type: "array", items: { type: "string", enum: ["a", "b"] }, minItems: 1, maxItems: 2 },
    kinds: { type: "array", items: { anyOf: [{ const: "x", title: "X" }] } },
    other: { description: "of no type" },
  },
  required: ["name"],
};

test("values that the form asks for are fine, be it nothing but what it must have", () => {
  const whole = { colour: "red", size: "l", days: 9, share: 0.5, isSure: false, tags: ["a"], kinds: ["x"] };
  for (const values of [{ name: "me" }, { name: "中文🌏x", ...whole }, { name: "me", other: { any: 1 } }])
    assert.equal(formFault(schema, values), undefined);
});

const faults: [values: Record<string, unknown>, fault: string][] = [
  [{}, "name: must be filled in"],
  [{ name: 1 }, "name: must be a text"],
  [{ name: null }, "name: must be a text"],
  [{ name: "x" }, "name: is too short"],
  [{ name: "中文🌏xx" }, "name: is too long"],
  [{ name: "me", colour: "green" }, "colour: must be one of its choices"],
  [{ name: "me", size: "Large" }, "size: must be one of its choices"],
  [{ name: "me", days: 1.5 }, "days: must be a whole number"],
  [{ name: "me", days: "1" }, "days: must be a whole number"],
  [{ name: "me", days: 0 }, "days: is too small"],
  [{ name: "me", days: 10 }, "days: is too large"],
  [{ name: "me", share: -1 }, "share: is too small"],
  [{ name: "me", isSure: "yes" }, "isSure: must be true or false"],
  [{ name: "me", tags: "a" }, "tags: must be a list of its choices"],
  [{ name: "me", tags: ["c"] }, "tags: must be a list of its choices"],
  [{ name: "me", tags: [] }, "tags: has too few choices"],
  [{ name: "me", tags: ["a", "b", "a"] }, "tags: has too many choices"],
  [{ name: "me", kinds: ["y"] }, "kinds: must be a list of its choices"],
  [{ name: "me", toString: 1 }, "toString: the form has no such field"],
];
for (const [values, fault] of faults)
  test(`${JSON.stringify(values)} is refused: ${fault}`, () =>
    assert.equal(formFault(schema, values), fault));

test("a form that says nothing of its fields has none, and nothing that it says makes a check fail", () => {
  assert.equal(formFault({}, {}), undefined);
  assert.equal(formFault({ properties: { a: true } }, { a: 1 }), undefined);
  assert.equal(formFault({ properties: 1, required: 1 }, { a: 1 }), "a: the form has no such field");
});

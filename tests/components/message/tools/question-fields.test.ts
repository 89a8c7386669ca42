import assert from "node:assert/strict";
import { test } from "node:test";
import { questionFields } from "#components/message/tools/question-fields.ts";

const field = (property: object, required: string[] = []) =>
  questionFields({ type: "object", properties: { name: property }, required })[0];
const plain = { name: "name", label: "name", isRequired: false, options: [] };
const options = [
  { value: "a", label: "A" },
  { value: "b", label: "B" },
];

const cases: readonly [title: string, property: object, expected: object][] = [
  [
    "a text",
    { type: "string", title: "Your name", minLength: 1, maxLength: 9 },
    { ...plain, label: "Your name", type: "text", min: 1, max: 9 },
  ],
  [
    "an address",
    { type: "string", format: "email", description: "Of yours" },
    { ...plain, type: "text", format: "email", note: "Of yours" },
  ],
  [
    "a number",
    { type: "number", minimum: 0, maximum: 1, default: 0.5 },
    { ...plain, type: "number", min: 0, max: 1, initial: "0.5" },
  ],
  ["a whole number", { type: "integer" }, { ...plain, type: "whole" }],
  ["yes or no", { type: "boolean", default: false }, { ...plain, type: "yes-no", initial: false }],
  [
    "words to choose from",
    { type: "string", enum: ["a", "b"] },
    { ...plain, type: "choice", options: options.map(({ value }) => ({ value, label: value })) },
  ],
  [
    "words with names",
    { type: "string", enum: ["a", "b"], enumNames: ["A", "B"] },
    { ...plain, type: "choice", options },
  ],
  [
    "titled choices",
    {
      type: "string",
      oneOf: [
        { const: "a", title: "A" },
        { const: "b", title: "B" },
      ],
    },
    { ...plain, type: "choice", options },
  ],
  [
    "several of them",
    {
      type: "array",
      minItems: 1,
      items: {
        anyOf: [
          { const: "a", title: "A" },
          { const: "b", title: "B" },
        ],
      },
      default: ["a"],
    },
    { ...plain, type: "choices", options, min: 1, initial: ["a"] },
  ],
  [
    "an instant",
    { type: "string", format: "date-time", default: "2026-03-01T12:00:00Z" },
    { ...plain, type: "text", format: "date-time", initial: "2026-03-01T12:00:00Z" },
  ],
  [
    "an instant whose default is none",
    { type: "string", format: "date-time", default: "soon" },
    { ...plain, type: "text", format: "date-time" },
  ],
  ["a kind of a newer protocol", { type: "colour" }, { ...plain, type: "text" }],
];

for (const [title, property, expected] of cases) {
  test(`a property becomes a field: ${title}`, () => assert.deepEqual(field(property), expected));
}

test("fields keep the order of the schema and say which are needed; no properties are no fields", () => {
  const schema = { properties: { b: {}, a: {} }, required: ["a"] };
  assert.deepEqual(
    questionFields(schema).map(({ name, isRequired }) => [name, isRequired]),
    [
      ["b", false],
      ["a", true],
    ],
  );
  assert.deepEqual(questionFields({}), []);
});

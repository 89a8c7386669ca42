import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAnswers } from "#components/message/tools/check-answers.ts";
import { type FieldValue, questionFields } from "#components/message/tools/question-fields.ts";

const check = (property: object, value: FieldValue | undefined, required = ["x"]) => {
  const fields = questionFields({ properties: { x: property }, required });
  const checked = checkAnswers(fields, value === undefined ? {} : { x: value });
  return checked.type === "good" ? checked.content : checked.faults.x?.key;
};

const good: readonly [property: object, value: FieldValue, wanted: unknown][] = [
  [{ type: "string" }, "Ada", "Ada"],
  [{ type: "integer" }, "2", 2],
  [{ type: "number" }, "-0.5", -0.5],
  [{ type: "boolean" }, false, false],
  [{ type: "string", format: "uri" }, "https://example.org", "https://example.org"],
  [{ type: "string", format: "date" }, "2026-03-01", "2026-03-01"],
  [{ type: "string", format: "date-time" }, "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"],
  [{ type: "array", items: { enum: ["a", "b"] } }, ["b"], ["b"]],
];
for (const [property, value, wanted] of good) {
  test(`what a person gives becomes what the schema wants: ${JSON.stringify([property, value])}`, () =>
    assert.deepEqual(check(property, value), { x: wanted }));
}

const faulty: readonly [property: object, value: FieldValue | undefined, fault: string][] = [
  [{ type: "string" }, undefined, "question.missing"],
  [{ type: "string" }, "", "question.missing"],
  [{ type: "number" }, " ", "question.missing"],
  [{ type: "array", items: { enum: ["a"] } }, [], "question.missing"],
  [{ type: "number" }, "two", "question.number"],
  [{ type: "number" }, "1e999", "question.number"],
  [{ type: "integer" }, "1.5", "question.whole"],
  [{ type: "integer", minimum: 1 }, "0", "question.min"],
  [{ type: "integer", maximum: 3 }, "4", "question.max"],
  [{ type: "string", minLength: 3 }, "ab", "question.short"],
  [{ type: "string", maxLength: 2 }, "abc", "question.long"],
  [{ type: "string", format: "email" }, "ada", "question.email"],
  [{ type: "string", format: "uri" }, "example", "question.uri"],
  [{ type: "string", format: "date" }, "soon", "question.date"],
  [{ type: "array", minItems: 2, items: { enum: ["a", "b"] } }, ["a"], "question.few"],
  [{ type: "array", maxItems: 1, items: { enum: ["a", "b"] } }, ["a", "b"], "question.many"],
];
for (const [property, value, fault] of faulty) {
  test(`what is wrong is told: ${JSON.stringify([property, value])}`, () =>
    assert.equal(check(property, value), fault));
}

test("a field may be called as anything is that objects have", () => {
  const fields = questionFields({
    properties: { constructor: { type: "string" }, toString: {} },
    required: ["toString"],
  });
  const checked = checkAnswers(fields, {});
  assert.deepEqual(checked.type === "faulty" && Object.keys(checked.faults), ["toString"]);
});

test("what is not needed may be left out, and is not sent; a length counts characters as people do", () => {
  assert.deepEqual(check({ type: "number" }, undefined, []), {});
  assert.deepEqual(check({ type: "string", maxLength: 2 }, "😀😀"), { x: "😀😀" });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldLabel, labelOfKey } from "#components/message/object/field-label.ts";
import { messagesIn } from "#lib/client/i18n/messages-in.ts";
import { translator } from "#lib/client/i18n/translate.ts";

const [en, zh] = [translator(messagesIn("en")), translator(messagesIn("zh"))];

test("a key is told in words, those of the shipped agents in the page's language", () => {
  const keys = ["snake_case", "prepTime", "URLs", "用时", "__", "constructor", "ingredients"];
  assert.deepEqual(
    keys.map((key) => labelOfKey(en, key)),
    ["Snake case", "Prep time", "URLs", "用时", "__", "Constructor", "Ingredients"],
  );
  assert.equal(labelOfKey(zh, "ingredients"), "食材");
});

test("what a schema calls a field counts more", () => {
  assert.equal(fieldLabel(zh, { key: "steps", label: "What to do" }), "What to do");
});

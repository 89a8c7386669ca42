import assert from "node:assert/strict";
import { test } from "node:test";
import { en as pageEn } from "#lib/client/i18n/en.ts";
import { inspectorWords } from "#lib/client/i18n/inspector-words.ts";
import { pickLanguage } from "#lib/client/i18n/pick-language.ts";
import { scheduleWords } from "#lib/client/i18n/schedule-words.ts";
import { summaryRowWords } from "#lib/client/i18n/summary-words.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { zh as pageZh } from "#lib/client/i18n/zh.ts";

/** The words of the page, and those that are loaded with a part of it. */
const wordsIn = (language: "en" | "zh") => ({
  ...keysOf("inspector", inspectorWords[language]),
  ...keysOf("schedules", scheduleWords[language]),
  ...keysOf("summaries", summaryRowWords[language]),
});
const en = { ...pageEn, ...wordsIn("en") };
const zh = { ...pageZh, ...wordsIn("zh") };

function keysOf(part: string, words: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(words).map(([key, text]) => [`${part} ${key}`, text]));
}

const placeholders = (text: string) =>
  [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name = ""]) => name)
    .toSorted((one, other) => one.localeCompare(other));
/** Names and keys that stay as they are in Chinese. */
const names = new Set([
  ...["Rivulet", "Enter", "Shift", "Esc", "AI", "OpenAI", "env", "local"],
  ...["JSON", "KB", "MB", "https", "MCP", "SERVERS", "JavaScript", "CODE", "on"],
  ...["DATA", "DIR", "OPENAI", "API", "KEY", "MODEL", "BASE", "URL", "ANSWER", "CHARACTERS", "SECONDS"],
  "baseURL",
]);

test("every language has the same keys, in the same order", () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en));
});

test("every sentence has the same placeholders in every language", () => {
  for (const [key, text] of Object.entries(zh)) {
    assert.deepEqual(placeholders(text), placeholders(en[key as keyof typeof en]), key);
  }
});

test("no Chinese in English, but the name of the other language", () => {
  for (const [key, text] of Object.entries(en)) {
    if (key !== "language.other") assert.doesNotMatch(text, /[\u3000-\u9fff\uff00-\uffef]/, key);
  }
});

test("no English left in Chinese", () => {
  for (const [key, text] of Object.entries(zh)) {
    if (key === "language.other") continue;
    const words = text.replace(/\{\w+\}/g, "").match(/[A-Za-z]+/g) ?? [];
    assert.deepEqual(
      words.filter((word) => !names.has(word)),
      [],
      key,
    );
  }
});

test("no sentence is empty, and none has half-width punctuation between Chinese characters", () => {
  for (const [key, text] of Object.entries({ ...zh })) {
    assert.notEqual(text.trim(), "", key);
    assert.doesNotMatch(text, /[\u4e00-\u9fff][,;:?!.]/, key);
  }
  for (const [key, text] of Object.entries(en)) assert.notEqual(text.trim(), "", key);
});

test("a translation replaces what it is given and leaves the rest", () => {
  const t = translator(pageEn);
  assert.equal(t("amount.seconds", { n: "3.4" }), "3.4 s");
  assert.equal(t("amount.minutes", { m: 2 }), "2 min {s} s");
});

test("the chosen language wins, then the browser's order, then English", () => {
  assert.equal(pickLanguage("zh", "en-GB,en;q=0.9"), "zh");
  assert.equal(pickLanguage("xx", "fr-FR, zh-CN;q=0.8, en;q=0.5"), "zh");
  assert.equal(pickLanguage(undefined, "zh;q=0.3,en;q=0.9"), "en");
  assert.equal(pickLanguage(undefined, "de"), "en");
  assert.equal(pickLanguage(undefined, null), "en");
});

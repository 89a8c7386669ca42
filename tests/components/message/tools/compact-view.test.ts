import assert from "node:assert/strict";
import { test } from "node:test";
import { compactView } from "#components/message/tools/compact-view.ts";
import { en } from "#lib/client/i18n/en.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import type { ToolPart } from "#lib/protocol/message.ts";

const t = translator(en);
const done = (toolName: string, input: unknown, output: unknown): ToolPart => ({
  type: "tool",
  toolCallId: "1",
  toolName,
  state: "output-available",
  inputText: "",
  input,
  output,
  stepId: "s1",
  startedAt: 1,
  endedAt: 2,
});

const cases: readonly [name: string, input: unknown, output: unknown, words: string | undefined][] = [
  ["calculator", { expression: "0.1 + 0.2" }, { result: "0.3", isExact: true }, "0.1 + 0.2 = 0.3"],
  [
    "calculator",
    { expression: "1/3" },
    { result: "0.333333333333333333333333333333", isExact: false },
    "1/3 ≈ 0.3333333333333333333333…",
  ],
  ["calculator", { expression: 1 }, "something else", undefined],
  [
    "convert_unit",
    { value: 26.2, from: "mi", to: "km" },
    { result: "42.1648128", isExact: true, unit: "km" },
    "26.2 mi = 42.1648128 km",
  ],
  [
    "date_time",
    {},
    {
      times: [
        { timeZone: "Asia/Tokyo", time: "2026-03-01T23:00:00+09:00" },
        { timeZone: "UTC", time: "2026-03-01T14:00:30Z" },
      ],
    },
    "Tokyo 2026-03-01 23:00, UTC 2026-03-01 14:00:30",
  ],
  ["date_time", {}, { times: [] }, undefined],
  ["search_conversations", { query: "rain" }, { matches: [{}, {}] }, "rain · 2 found"],
  ["any_other", {}, { result: "1" }, undefined],
];

for (const [name, input, output, words] of cases) {
  test(`a built-in tool says its answer in its line: ${name} ${JSON.stringify(output)}`, () =>
    assert.equal(compactView(done(name, input, output), t), words));
}

test("until there is an output, a call says what it was given", () => {
  const { endedAt: _, output: _o, ...open } = done("calculator", { expression: "1" }, undefined);
  assert.equal(compactView({ ...open, state: "running" }, t), undefined);
});

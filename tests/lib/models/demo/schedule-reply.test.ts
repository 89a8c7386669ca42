import assert from "node:assert/strict";
import { test } from "node:test";
import { demoStarters } from "#lib/models/demo/demo-starters.ts";
import { pickReply } from "#lib/models/demo/pick-reply.ts";
import { scheduleReply, tokensOf } from "#lib/models/demo/schedule-reply.ts";

const replyTo = (content: string) => pickReply([{ role: "user", content }]);
const secondsOf = (question: string): number =>
  scheduleReply(replyTo(question)).reduce((sum, { waitMs }) => sum + waitMs, 0) / 1000;

for (const language of ["en", "zh"] as const)
  test(`the chronicle takes about two minutes, and has every station from 1 to 48 in order, in ${language}`, () => {
    const question = demoStarters[language][2]?.prompt ?? "";
    const stations = [...replyTo(question).text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
    assert.deepEqual(
      stations,
      Array.from({ length: 48 }, (_, at) => at + 1),
    );
    const seconds = secondsOf(question);
    assert.ok(seconds > 105 && seconds < 135, `${seconds} s`);
  });

test("tokens come at 40 to 60 a second, unevenly, and join to the text", () => {
  const schedule = scheduleReply(replyTo("a long answer"));
  const seconds = secondsOf("a long answer");
  assert.ok(schedule.length / seconds > 40 && schedule.length / seconds < 60);
  assert.ok(new Set(schedule.map(({ waitMs }) => waitMs)).size > 100);
  for (const text of ["a  b\n\n 你好，world😀😀 「引」 \t x", "简短回答", "What did I say?", ""]) {
    assert.equal(tokensOf(text).join(""), text);
    assert.ok(tokensOf(text).every((token) => token.isWellFormed()));
  }
});

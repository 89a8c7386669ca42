import assert from "node:assert/strict";
import { test } from "node:test";
import { createFinishWatch } from "#lib/models/chat/finish-watch.ts";

/** `text`, a finish reason, one together with text: `+stop`; `usage`, alone or with text: `usage+`. */
function watch(...chunks: string[]) {
  const finish = createFinishWatch();
  for (const chunk of chunks) {
    const reason = chunk.replace(/text|usage\+?|\+/g, "");
    const hasText = chunk === "text" || chunk.includes("+");
    if (hasText) finish.noteText();
    if (reason !== "") finish.note(reason, hasText);
    if (chunk.startsWith("usage")) finish.noteUsage(!hasText);
  }
  return finish;
}

type Watched = [
  what: string,
  chunks: string[],
  finished: boolean,
  atEnd?: string | undefined,
  afterDone?: string,
];
const answers: Watched[] = [
  ["text", ["text"], false],
  ["text, then a finish reason", ["text", "stop"], true, "stop", "stop"],
  ["both together", ["text", "+length"], true, "length", "length"],
  ["two finish reasons", ["text", "stop", "length"], true, "length", "length"],
  ["text behind a finish reason", ["text", "stop", "text"], false, undefined, "stop"],
  ["one with every chunk, the last too", ["+stop", "+stop", "+stop"], false, undefined, "stop"],
  ["one with every chunk, the last without text", ["+stop", "+stop", "stop"], false, "stop", "stop"],
  ["one with every chunk, and usage behind it", ["+stop", "+stop", "usage"], false, "stop", "stop"],
  ["one with every chunk, and usage with the last", ["+stop", "usage+stop"], false, "stop", "stop"],
  ["one with every chunk, and usage too", ["usage+stop", "usage+stop"], false, undefined, "stop"],
  ["both with every chunk, and usage alone", ["usage+stop", "usage+stop", "usage"], false, "stop", "stop"],
  ["a whole answer in one chunk", ["+stop"], true, "stop", "stop"],
];
for (const [what, chunks, finished, atEnd, afterDone] of answers)
  test(`${what}: it is ${finished ? "" : "not "}finished`, () => {
    const finish = watch(...chunks);
    assert.deepEqual([finish.isFinished, finish.end(false), finish.end(true)], [finished, atEnd, afterDone]);
  });

test("a finish reason that came along with text may be one of many", () => {
  assert.equal(watch("+stop").isProvisional, true);
  assert.equal(watch("text", "stop").isProvisional, false);
  assert.equal(watch("+stop", "stop").isProvisional, false);
});

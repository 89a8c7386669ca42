import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";

const root = join(import.meta.dirname, "../../..");
const envelope = { runId: "r", epoch: 1, seq: 1, ts: 1, type: "text-delta" };
const good = { ...envelope, id: "p", delta: "a" };

test("every event of the golden logs is read as it was written", () => {
  const logs = globSync("tests/golden/logs/*.ndjson", { cwd: root });
  const lines = logs.flatMap((path) => readFileSync(join(root, path), "utf8").trim().split("\n"));
  assert.ok(lines.length > 100);
  for (const line of lines) assert.deepEqual(decodeEvent(line), JSON.parse(line));
});

test("an event of a newer build is passed on, for its seq", () => {
  const event = { ...envelope, type: "from-tomorrow", anything: [1] };
  assert.deepEqual(decodeEvent(JSON.stringify(event)), event);
});

describe("what is no event is refused, and named", () => {
  for (const [title, json] of [
    ["nothing", ""],
    ["a cut write", JSON.stringify(good).slice(0, -5)],
    ["an error page", "<html>502 Bad Gateway</html>"],
    ["null", "null"],
    ["a text", `"text-delta"`],
    ["a list", "[]"],
    ...Object.keys(envelope).map((field) => [`no ${field}`, JSON.stringify({ ...good, [field]: undefined })]),
    ...["runId", "type"].map((field) => [
      `a ${field} that is no text`,
      JSON.stringify({ ...good, [field]: 1 }),
    ]),
    ...["epoch", "seq"].map((field) => [`a broken ${field}`, JSON.stringify({ ...good, [field]: 1.5 })]),
  ])
    test(String(title), () =>
      assert.throws(() => decodeEvent(String(json)), {
        name: "EventFormatError",
        message: /^not (JSON|an event): /,
      }),
    );
});

test("a message quotes no more than the beginning", () => {
  assert.throws(
    () => decodeEvent(`"${"x".repeat(1000)}"`),
    ({ message }: Error) => message.length < 100,
  );
});

test("a known event without a text that the fold adds up is of no known type: it changes nothing", () => {
  const before = emptyRun("r");
  for (const broken of [{ delta: 1 }, { delta: undefined }, { id: null }, { id: {} }]) {
    const event = decodeEvent(JSON.stringify({ ...good, ...broken }));
    assert.equal(event.seq, 1);
    assert.deepEqual(fold(before, event).parts, []);
  }
});

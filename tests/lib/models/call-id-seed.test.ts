import assert from "node:assert/strict";
import { test } from "node:test";
import { callIdSeed } from "#lib/models/call-id-seed.ts";
import { assistant, call, result, system, tool, user } from "../../support/model-messages.ts";

test("what ids are made of is the same for the same messages, and another for each longer conversation", () => {
  const turns = [
    ...[system("S"), user("q"), assistant("a", call("1")), tool(result("1")), assistant(), user("r", "s")],
  ];
  const seeds = turns.map((_, at) => callIdSeed(turns.slice(0, at + 1)));
  assert.equal(new Set(seeds).size, turns.length);
  assert.deepEqual(
    seeds,
    turns.map((_, at) => callIdSeed(turns.slice(0, at + 1))),
  );
});

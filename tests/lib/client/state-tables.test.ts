import assert from "node:assert/strict";
import { test } from "node:test";
import { stateTables } from "./state-tables.ts";

test("the printed tables have a row for every action in every situation, and each says what becomes of it", () => {
  for (const table of Object.values(stateTables())) {
    const blocks = table.split("\n\n").map((block) => block.split("\n").slice(1));
    const [actions = []] = blocks.map((lines) => lines.map((row) => row.split(" → ")[0]));
    assert.equal(new Set(actions).size, actions.length, "no two lines are called the same");
    for (const lines of blocks) {
      assert.deepEqual(
        lines.map((row) => row.split(" → ")[0]),
        actions,
      );
      for (const row of lines) assert.match(row, / → ./);
    }
  }
});

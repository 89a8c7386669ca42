import assert from "node:assert/strict";
import { test } from "node:test";
import { canCount, countEvent, countIn } from "./count-event.ts";

test("the count is the first field of perf's line, and none where the machine cannot count", () => {
  assert.equal(countIn("1234567,,instructions:u,1000,100.00,,\n"), 1_234_567);
  assert.equal(countIn("<not supported>,,instructions:u,0,100.00,,\n"), undefined);
  assert.equal(countIn("Events disabled\nEvents enabled\n42,,page-faults,1,100.00,,\n"), 42);
});

test("what a process does while the work is under way is counted", {
  skip: !canCount("page-faults"),
}, async () => {
  const pages = 2000;
  const count = await countEvent("page-faults", [process.pid], async () => {
    for (let page = 0, memory = Buffer.allocUnsafeSlow(pages * 4096); page < pages; page += 1)
      memory[page * 4096] = 1;
  });
  assert.ok(count >= pages / 2, `${count} page faults`);
});

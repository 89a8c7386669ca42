import assert from "node:assert/strict";
import { test } from "node:test";
import { createNoticeGate } from "#lib/mcp/notice-gate.ts";
import { waitUntil } from "../../support/wait-until.ts";

const progress = (step: number) => notice("notifications/progress", { progressToken: 1, progress: step });
const notice = (method: string, params: object = {}) => JSON.stringify({ jsonrpc: "2.0", method, params });

function newGate(now?: () => number) {
  const passed: string[] = [];
  const gate = createNoticeGate<string>((message) => void passed.push(message), now);
  return { passed, gate, take: (json: string) => gate.take(json, json) };
}

test("of progress that comes at once the first word passes, and the newest before whatever else comes", () => {
  const { passed, take } = newGate(() => 0);
  for (let step = 1; step <= 50_000; step += 1) take(progress(step));
  take('{"jsonrpc":"2.0","id":1,"result":{}}');
  assert.deepEqual(passed, [progress(1), progress(50_000), '{"jsonrpc":"2.0","id":1,"result":{}}']);
});

test("the newest word of progress passes a moment later where nothing else comes, and at the end", async () => {
  const { passed, gate, take } = newGate();
  for (const step of [1, 2, 3]) take(progress(step));
  await waitUntil("the newest has passed", () => passed.length === 2);
  for (const step of [4, 5]) take(progress(step));
  gate.end();
  assert.deepEqual(passed, [progress(1), progress(3), progress(5)]);
});

test("what nobody listens for is dropped, and all else passes in its order", () => {
  const { passed, take, gate } = newGate();
  for (const method of ["message", "resources/updated", "resources/list_changed", "prompts/list_changed"])
    take(notice(`notifications/${method}`));
  const others = [
    notice("notifications/tools/list_changed"),
    notice("notifications/cancelled", { requestId: 3 }),
    '{"jsonrpc":"2.0","id":"notifications/progress","result":{"method":"notifications/progress"}}',
    '{"jsonrpc":"2.0","id":1,"method":"notifications/progress"}',
    "notifications/progress, says no message",
  ];
  for (const other of others) take(other);
  gate.take("long", undefined);
  assert.deepEqual(passed, [...others, "long"]);
});

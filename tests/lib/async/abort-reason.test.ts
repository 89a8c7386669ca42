import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { abortReason } from "../../../lib/async/abort-reason.ts";

test("to those who wait it is what an abort without a reason is, and making it again costs nothing", async () => {
  const plain = new AbortController();
  plain.abort();
  const { name, message, code } = plain.signal.reason as DOMException;
  assert.ok(abortReason instanceof DOMException);
  assert.deepEqual([abortReason.name, abortReason.message, abortReason.code], [name, message, code]);
  const [one, other] = [new AbortController(), new AbortController()];
  one.abort(abortReason);
  other.abort(abortReason);
  assert.equal(one.signal.reason, other.signal.reason);
  await assert.rejects(once(new EventTarget(), "never", { signal: one.signal }), { name: "AbortError" });
});

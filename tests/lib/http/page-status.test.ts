import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { afterEach, test } from "node:test";
import { setPageStatus } from "#lib/http/page-status.ts";

const key = Symbol.for("rivulet.answer");
afterEach(() => Reflect.deleteProperty(globalThis, key));
const answer = () => new ServerResponse(new IncomingMessage(new Socket()));

test("the answer that a page is rendered for gets the status, if it has not begun", () => {
  const [open, begun] = [answer(), answer()];
  begun.flushHeaders();
  for (const each of [open, begun]) {
    Reflect.set(globalThis, key, () => each);
    assert.equal(setPageStatus(503, 10), each === open);
  }
  assert.deepEqual([open.statusCode, open.getHeader("retry-after"), begun.statusCode], [503, 10, 200]);
});

test("what is not there has no time at which to ask again", () => {
  const open = answer();
  Reflect.set(globalThis, key, () => open);
  assert.equal(setPageStatus(404), true);
  assert.deepEqual([open.statusCode, open.hasHeader("retry-after")], [404, false]);
});

test("where nobody says which answer it is, nothing happens", () => {
  assert.equal(setPageStatus(503, 10), false);
  Reflect.set(globalThis, key, () => undefined);
  assert.equal(setPageStatus(503, 10), false);
});

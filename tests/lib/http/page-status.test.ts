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
    setPageStatus(503, 10);
  }
  assert.deepEqual([open.statusCode, open.getHeader("retry-after"), begun.statusCode], [503, 10, 200]);
});

test("where nobody says which answer it is, nothing happens", () => {
  setPageStatus(503, 10);
  Reflect.set(globalThis, key, () => undefined);
  setPageStatus(503, 10);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createInbox } from "#lib/runs/inbox.ts";

const decision = (approvalId: string, approved = true) => ({ approvalId, approved, by: "user" });
const item = (approvalId: string, approved = true) => ({
  type: "tool-approval-response",
  ...decision(approvalId, approved),
});
const reply = (...decisions: ReturnType<typeof decision>[]) => ({ head: 0, decisions });
const open = () => new AbortController().signal;

test("what the store's replies bring is taken once, in its order, as the event that it becomes", () => {
  const inbox = createInbox();
  inbox.receive({ head: 0 });
  assert.deepEqual(inbox.take(), []);
  inbox.receive(reply(decision("a"), decision("b", false)));
  inbox.receive(reply(decision("a"), decision("b", false), decision("c")));
  assert.deepEqual(inbox.take(), [item("a"), item("b", false), item("c")]);
  inbox.receive(reply(decision("c")));
  assert.deepEqual(inbox.take(), []);
});

test("messages that a person sends into the run come behind the decisions", () => {
  const inbox = createInbox();
  const message = { messageId: "m", text: "shorter, please", by: "user" };
  inbox.receive({ head: 0, messages: [message], decisions: [decision("a")] });
  inbox.receive({ head: 0, messages: [message] });
  assert.deepEqual(inbox.take(), [item("a"), { type: "steered", ...message }]);
});

test("whoever waits goes on as soon as there is something to take, and does not wait when there is", async () => {
  const inbox = createInbox();
  let woken = 0;
  const waits = [1, 2].map(() => inbox.wait(open()).then(() => (woken += 1)));
  inbox.receive({ head: 0 });
  inbox.receive(reply());
  await Promise.resolve();
  assert.equal(woken, 0);
  inbox.receive(reply(decision("a")));
  await Promise.all(waits);
  await inbox.wait(open());
  assert.deepEqual(inbox.take(), [item("a")]);
});

test("an abort ends the wait, whether it comes before or after", async () => {
  const inbox = createInbox();
  const abort = new AbortController();
  const wait = inbox.wait(abort.signal);
  abort.abort("stop");
  await wait;
  await inbox.wait(abort.signal);
  assert.deepEqual(inbox.take(), []);
});

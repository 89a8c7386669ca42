import assert from "node:assert/strict";
import { test } from "node:test";
import { initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { type ShownConversation, showConversation } from "#lib/client/conversation/shown-conversation.ts";
import {
  after,
  r1,
  type Situation,
  savedMessages,
  situations,
  viewOf,
  waiting,
} from "../../../support/conversation-situations.ts";

const show = (situation: Situation) => showConversation(situations[situation], []);

const rows: [promise: string, Situation, Partial<ShownConversation>][] = [
  ["nothing is written: Send is Send", "settled", { busy: false, stopping: false, title: "title" }],
  ["a message under way can be stopped", "sending", { busy: true, stopping: false }],
  ["a stop that was requested shows", "stopping", { busy: true, stopping: true }],
  ["what was not sent stops nothing", "not sent", { busy: false }],
  ["a lost connection shows", "lost", { connection: waiting, durability: "ok" }],
  ["a paused conversation has no connection", "paused", { busy: true, connection: { type: "idle" } }],
  ["whoever was logged out can stop nothing", "logged out", { busy: false, phase: "no-session" }],
];
for (const [promise, situation, expected] of rows)
  test(promise, () => assert.deepEqual({ ...show(situation), ...expected }, show(situation)));

test("what the store does and how long the connection was lost show, once there is something to show", () => {
  const back = after(
    situations.lost,
    { type: "connection-changed", connection: { type: "live" }, at: 3000 },
    { type: "durability-changed", durability: "stopped" },
  );
  const { reconnectedAfterMs, durability } = showConversation(back, []);
  assert.deepEqual([reconnectedAfterMs, durability], [2000, "stopped"]);
  assert.equal("reconnectedAfterMs" in show("writing"), false);
});

test("a turn that has not changed is the same object, also while the next one is written", () => {
  const settled = show("settled");
  const asked = after(situations.settled, { type: "sent", runId: r1, text: "next", at: 1 });
  assert.equal(showConversation(asked, settled.turns).turns[0], settled.turns[0]);
});

test("what the server rendered shows before anything is asked of it", () => {
  const { title, turns, phase } = showConversation(initialConversation("c", viewOf(savedMessages)), []);
  assert.deepEqual([title, turns.length, phase], ["title", 1, "ready"]);
});

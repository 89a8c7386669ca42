import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { type ShownConversation, showConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
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

describe("that words which were shown were written anew is known of the turn, so that nobody says “nothing lost”", () => {
  const { run = assert.fail() } = situations.writing;
  const later = (parts: RunState["parts"], ahead = 2): RunState => ({ ...run, seq: run.seq + ahead, parts });
  const anew = run.parts.map((part) => ({ ...part, id: "anew" }));
  const cases: [promise: string, RunState, expected: true | undefined][] = [
    ["a reset step drops them", later([]), true],
    ["other parts stand in their place", later(anew), true],
    ["more of the same is no loss", later([...run.parts, ...anew]), undefined],
    ["nor is a state that is older than the shown one", later([], -1), undefined],
  ];
  for (const [promise, next, expected] of cases)
    test(promise, () => {
      const applied = after(situations.writing, { type: "events-applied", run: next });
      const ended = after(situations.writing, { type: "run-ended", run: { ...next, ending } });
      const polled = after(situations.writing, {
        type: "snapshot-arrived",
        view: viewOf([], next),
        settledRuns: situations.writing.settledRuns,
      });
      for (const state of [applied, polled, ended])
        assert.equal(showConversation(state, []).turns.at(-1)?.isRewritten, expected, promise);
    });
});

const ending = { type: "finish", finishReason: "stop" } as const;

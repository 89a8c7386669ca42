import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListState } from "#lib/client/conversation-list/list-state.ts";
import { listTransition } from "#lib/client/conversation-list/list-transition.ts";
import { showList } from "#lib/client/conversation-list/shown-list.ts";
import { testListTransitions } from "../../../support/list-rows.ts";
import {
  afterList,
  arrived,
  at,
  fired,
  listOf,
  listSituations,
  opened,
  sampleListActions,
  summary,
} from "../../../support/list-situations.ts";

const tick = { type: "set-timer", timer: "poll", ms: 2000 } as const;
const getList = { type: "get-list" } as const;
const a = { id: "a", title: "title of a", updatedAt: summary("a", 1).updatedAt, until: at + 10_000 };

testListTransitions([
  [
    "the newest page keeps the older ones that were loaded",
    "has older ones",
    arrived(listOf([summary("n", 0)], "older")),
    { listed: [summary("n", 0), summary("a", 1)] },
  ],
  [
    "a page that is all there is has no older ones",
    "idle",
    arrived(listOf([summary("n", 0)])),
    { listed: [summary("n", 0)] },
  ],
  [
    "older ones are loaded",
    "has older ones",
    { type: "more-requested" },
    "unchanged",
    { type: "get-more", cursor: "older" },
  ],
  ["where all are here, nothing is loaded", "idle", { type: "more-requested" }, "unchanged"],
  [
    "older ones come behind, and lead on",
    "has older ones",
    { type: "more-arrived", list: listOf([summary("a", 1), summary("c", 3)], "oldest") },
    { listed: [summary("a", 1), summary("c", 3)], cursor: "oldest" },
  ],
  [
    "an answer that ended while another was shown is unseen",
    "answered elsewhere",
    arrived(listOf([summary("b", 0), summary("a", 1)])),
    { unseen: new Set(["b"]) },
  ],
  ["the settings show no conversation", "idle", { type: "shown", id: undefined }, { shownId: undefined }],
  ["what is shown counts as seen", "idle", { type: "shown", id: "b" }, { shownId: "b" }],
  [
    "opened, it watches and polls",
    "rendered",
    opened,
    { isOpen: true },
    { type: "watch-presence" },
    tick,
    { type: "clear-timer", timer: "undo" },
    { type: "keep-deletions", deleted: [] },
  ],
  [
    "opened after a reload, it has what was deleted and can still be restored",
    "rendered",
    { ...opened, kept: [a, { ...a, id: "z", until: at - 1 }] },
    { deleted: [a] },
    { type: "watch-presence" },
    tick,
    { type: "set-timer", timer: "undo", ms: 10_001 },
    { type: "keep-deletions", deleted: [a] },
  ],
  ["what is open stays open", "idle", opened, "unchanged"],
  [
    "closed, its conversations close too",
    "idle",
    { type: "closed" },
    { isOpen: false },
    { type: "close-conversations" },
    { type: "unwatch-presence" },
    { type: "clear-timer", timer: "poll" },
    { type: "clear-timer", timer: "undo" },
  ],
  ["a conversation has changed", "idle", { type: "refresh-requested" }, "unchanged", getList],
  ["closed, it asks for nothing", "closed", { type: "refresh-requested" }, "unchanged"],
  ["visible", "hidden", { type: "presence-changed", presence: "visible" }, { isVisible: true }, getList],
  ["hidden", "idle", { type: "presence-changed", presence: "hidden" }, { isVisible: false }],
  ["focused", "idle", { type: "presence-changed", presence: "focus" }, "unchanged", getList],
  [
    "online, what could not be sent goes out, shown or not",
    "idle",
    { type: "presence-changed", presence: "online" },
    "unchanged",
    { type: "resend-unconnected" },
    getList,
  ],
  ["offline", "idle", { type: "presence-changed", presence: "offline" }, "unchanged"],
  [
    "while an answer is written that is not shown, the list is read at every tick",
    "answered elsewhere",
    fired("poll"),
    { ticks: 0 },
    tick,
    getList,
  ],
  ["else it waits", "idle", fired("poll"), { ticks: 1 }, tick],
]);

test("an idle list is read every ten seconds, and never while it is hidden", () => {
  const reads = (first: ListState): number => {
    let state = first;
    let count = 0;
    for (let tickNumber = 0; tickNumber < 20; tickNumber += 1) {
      const next = listTransition(state, fired("poll"));
      state = next.state;
      count += next.effects.filter(({ type }) => type === "get-list").length;
    }
    return count;
  };
  assert.equal(reads(listSituations.idle), 4);
  assert.equal(reads(listSituations.hidden), 0);
});

test("what is shown is the same object while it is equal", () => {
  const shown = showList(listSituations.idle, undefined);
  const again = afterList(listSituations.idle, arrived(listOf([summary("a", 1), summary("b", 2)])));
  assert.equal(showList(again, shown), shown);
});

test("an unseen answer is seen once its conversation is shown", () => {
  const unseen = afterList(listSituations["answered elsewhere"], arrived(listOf([summary("b", 0)])));
  assert.deepEqual([...afterList(unseen, { type: "shown", id: "b" }).unseen], []);
  assert.deepEqual([...afterList(unseen, { type: "shown", id: "a" }).unseen], ["b"]);
});

test("every action is handled in every situation, and changes nothing that it was given", () => {
  for (const [name, situation] of Object.entries(listSituations)) {
    const before = structuredClone(situation);
    for (const action of sampleListActions) {
      listTransition(situation, action);
      assert.deepEqual(situation, before, `${name}: ${action.type}`);
    }
  }
});

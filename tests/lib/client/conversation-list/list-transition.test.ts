import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ListAction } from "#lib/client/conversation-list/list-action.ts";
import type { ListEffect } from "#lib/client/conversation-list/list-effect.ts";
import type { ListState } from "#lib/client/conversation-list/list-state.ts";
import { listTransition } from "#lib/client/conversation-list/list-transition.ts";
import { showList } from "#lib/client/conversation-list/shown-list.ts";
import {
  afterList,
  arrived,
  at,
  type ListSituation,
  listSituations,
  opened,
  page,
  removed,
  renamed,
  sampleListActions,
  summary,
  ticked,
} from "../../../support/list-situations.ts";

/** A part of the next state; `unchanged`: it is the same object. */
type Row = [promise: string, ListSituation, ListAction, Partial<ListState> | "unchanged", ...ListEffect[]];

const tick = { type: "set-timer", timer: "poll", ms: 2000 } as const;
const getList = (request: number) => ({ type: "get-list", request }) as const;
const a = { id: "a", title: "title of a", updatedAt: summary("a", 1).updatedAt, until: at + 10_000 };

const groups: Record<string, Row[]> = {
  "a person": [
    [
      "a new title is sent, and shows until the list has it",
      "idle",
      renamed,
      { renames: [{ id: "a", title: "new", storedBefore: undefined }] },
      { type: "patch-title", id: "a", title: "new" },
    ],
    [
      "a deleted conversation is kept for ten seconds",
      "idle",
      removed,
      { deleted: [a] },
      { type: "set-timer", timer: "undo", ms: 10_001 },
      { type: "keep-deletions", deleted: [a] },
      { type: "delete-conversation", id: "a" },
    ],
    ["what is not in the list cannot be deleted", "deleted", removed, "unchanged"],
    [
      "it is restored",
      "deleted",
      { type: "restore-requested", id: "a" },
      {},
      { type: "restore-conversation", id: "a" },
    ],
    [
      "older ones are loaded",
      "has older ones",
      { type: "more-requested" },
      "unchanged",
      { type: "get-more", cursor: "older" },
    ],
    ["where all are here, nothing is loaded", "idle", { type: "more-requested" }, "unchanged"],
    ["what is shown counts as seen", "idle", { type: "shown", id: "b" }, { shownId: "b" }],
  ],
  "the server": [
    [
      "a title that was stored is looked for in the list and where it is shown",
      "renaming",
      { type: "rename-answered", id: "a", title: "new", isDone: true },
      { renames: [{ id: "a", title: "new", storedBefore: 1 }] },
      getList(1),
      { type: "refresh-conversation", id: "a" },
    ],
    [
      "a title that was refused is taken back, and said",
      "renaming",
      { type: "rename-answered", id: "a", title: "new", isDone: false },
      { renames: [], failed: { id: "a", what: "rename" } },
    ],
    [
      "the list that was asked for afterwards has the new title",
      "renamed",
      arrived(1, page([summary("a", 1)])),
      { renames: [] },
    ],
    [
      "the list is read again once a deletion was taken",
      "removing",
      { type: "remove-answered", id: "a", isDone: true, at },
      { deleted: [a] },
      getList(1),
    ],
    [
      "a refused deletion is taken back, and said",
      "removing",
      { type: "remove-answered", id: "a", isDone: false, at },
      { deleted: [], failed: { id: "a", what: "remove" } },
      { type: "clear-timer", timer: "undo" },
      { type: "keep-deletions", deleted: [] },
      getList(1),
    ],
    [
      "what was restored keeps its place until the list has it",
      "restoring",
      { type: "restore-answered", id: "a", isDone: true },
      { deleted: [{ ...a, restoredBefore: 2 }] },
      getList(2),
      { type: "refresh-conversation", id: "a" },
    ],
    [
      "then it gives way",
      "restored",
      arrived(2, page([summary("a", 1)])),
      { deleted: [] },
      { type: "clear-timer", timer: "undo" },
      { type: "keep-deletions", deleted: [] },
    ],
    [
      "what cannot be restored is said",
      "restoring",
      { type: "restore-answered", id: "a", isDone: false },
      { deleted: [a], failed: { id: "a", what: "restore" } },
    ],
    [
      "the newest page keeps the older ones that were loaded",
      "has older ones",
      arrived(1, page([summary("n", 0)], "older")),
      { listed: [summary("n", 0), summary("a", 1)] },
    ],
    [
      "a page that is all there is has no older ones",
      "idle",
      arrived(1, page([summary("n", 0)])),
      { listed: [summary("n", 0)] },
    ],
    [
      "older ones come behind, and lead on",
      "has older ones",
      { type: "more-arrived", list: page([summary("a", 1), summary("c", 3)], "oldest") },
      { listed: [summary("a", 1), summary("c", 3)], cursor: "oldest" },
    ],
    [
      "an answer that ended while another was shown is unseen",
      "answered elsewhere",
      arrived(1, page([summary("b", 0), summary("a", 1)])),
      { unseen: new Set(["b"]) },
    ],
  ],
  "the page": [
    ["opened, it watches and polls", "rendered", opened, { isOpen: true }, { type: "watch-presence" }, tick],
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
    ["a conversation has changed", "idle", { type: "refresh-requested" }, { requested: 1 }, getList(1)],
    ["closed, it asks for nothing", "closed", { type: "refresh-requested" }, "unchanged"],
    ["visible", "hidden", { type: "presence-changed", presence: "visible" }, { isVisible: true }, getList(1)],
    ["hidden", "idle", { type: "presence-changed", presence: "hidden" }, { isVisible: false }],
    ["focused", "idle", { type: "presence-changed", presence: "focus" }, {}, getList(1)],
    [
      "online, what could not be sent goes out, shown or not",
      "idle",
      { type: "presence-changed", presence: "online" },
      {},
      { type: "resend-unconnected" },
      getList(1),
    ],
    ["offline", "idle", { type: "presence-changed", presence: "offline" }, "unchanged"],
    [
      "while an answer is written that is not shown, the list is read at every tick",
      "answered elsewhere",
      ticked,
      { ticks: 0 },
      tick,
      getList(1),
    ],
    ["else it waits", "idle", ticked, { ticks: 1 }, tick],
    [
      "what was deleted long enough ago cannot be restored any more",
      "deleted",
      { type: "timer-fired", timer: "undo", at: at + 10_001 },
      { deleted: [] },
      { type: "clear-timer", timer: "undo" },
      { type: "keep-deletions", deleted: [] },
    ],
  ],
};

for (const [group, rows] of Object.entries(groups))
  describe(group, () => {
    for (const [promise, situation, action, changes, ...effects] of rows)
      test(promise, () => {
        const next = listTransition(listSituations[situation], action);
        if (changes === "unchanged") assert.equal(next.state, listSituations[situation]);
        else assert.deepEqual({ ...next.state, ...changes }, next.state);
        assert.deepEqual(next.effects, effects);
      });
  });

test("an idle list is read every ten seconds, and never while it is hidden", () => {
  const requests = (state: ListState) => afterList(state, ...Array(20).fill(ticked)).requested;
  assert.equal(requests(listSituations.idle), 4);
  assert.equal(requests(listSituations.hidden), 0);
});

test("an answer that a newer one has overtaken changes nothing", () => {
  const newer = afterList(listSituations.idle, arrived(2, page([summary("n", 0)])));
  assert.equal(afterList(newer, arrived(1, page([summary("a", 1)]))), newer);
});

test("a list that was asked for before a rename was stored does not bring the old title back", () => {
  const { renamed: state } = listSituations;
  const early = afterList(state, arrived(0, page([summary("a", 1)])));
  assert.equal(showList(early, undefined).conversations[0]?.title, "new");
});

test("of two renames, the answer to the first does not end the second", () => {
  const second = afterList(listSituations.renaming, { ...renamed, title: "newest" });
  const answered = afterList(second, { type: "rename-answered", id: "a", title: "new", isDone: true });
  const listed = afterList(answered, arrived(1, page([summary("a", 1)])));
  assert.equal(showList(listed, undefined).conversations[0]?.title, "newest");
});

test("what is shown has the newest titles, without what was deleted, and is the same object while it is equal", () => {
  const renaming = showList(listSituations.renaming, undefined);
  assert.deepEqual(
    renaming.conversations.map(({ title }) => title),
    ["new", "title of b"],
  );
  const deleted = showList(listSituations.deleted, undefined);
  assert.deepEqual(
    deleted.conversations.map(({ id }) => id),
    ["b"],
  );
  const again = afterList(listSituations.idle, arrived(1, page([summary("a", 1), summary("b", 2)])));
  const shown = showList(listSituations.idle, undefined);
  assert.equal(showList(again, shown), shown);
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

import assert from "node:assert/strict";
import { test } from "node:test";
import { showList } from "#lib/client/conversation-list/shown-list.ts";
import { testListTransitions } from "../../../support/list-rows.ts";
import {
  afterList,
  answered,
  at,
  fired,
  listOf,
  listSituations,
  remove,
  rename,
  requested,
  restore,
  summary,
} from "../../../support/list-situations.ts";

const a = { id: "a", title: "title of a", updatedAt: summary("a", 1).updatedAt, until: at + 10_000 };
const b = summary("b", 2);
const keep = (...deleted: (typeof a)[]) => ({ type: "keep-deletions", deleted }) as const;
const untilUndone = { type: "set-timer", timer: "undo", ms: 10_001 } as const;
const nothingToUndo = { type: "clear-timer", timer: "undo" } as const;
const send = (change: typeof rename) => ({ type: "send-change", change }) as const;
const refresh = { type: "refresh-conversation", id: "a" } as const;

testListTransitions([
  [
    "a new title is sent, and shows at once",
    "idle",
    requested(rename),
    { renamed: new Map([["a", "new"]]) },
    send(rename),
  ],
  [
    "once it is stored, the list and the conversation have it",
    "renaming",
    answered(rename, true, listOf([{ ...summary("a", 1), title: "new" }])),
    { renamed: new Map(), listed: [{ ...summary("a", 1), title: "new" }] },
    refresh,
  ],
  [
    "a title that was refused is taken back, and said",
    "renaming",
    answered(rename, false),
    { renamed: new Map(), failed: rename },
  ],
  [
    "what failed is said until the next attempt",
    "failed",
    requested(restore),
    { failed: undefined },
    send(restore),
  ],
  [
    "a deleted conversation is gone at once, and kept for ten seconds",
    "idle",
    requested(remove),
    { deleted: [a] },
    untilUndone,
    keep(a),
    send(remove),
  ],
  ["what is not in the list cannot be deleted", "deleted", requested(remove), "unchanged"],
  [
    "a deletion that was taken can still be undone",
    "removing",
    answered(remove, true, listOf([b])),
    { listed: [b] },
  ],
  [
    "a refused deletion is taken back, and said",
    "removing",
    answered(remove, false),
    { deleted: [], failed: remove },
    nothingToUndo,
    keep(),
  ],
  ["it is restored", "deleted", requested(restore), {}, send(restore)],
  [
    "what was restored is in the list again",
    "restoring",
    answered(restore, true, listOf([summary("a", 1), b])),
    { deleted: [], listed: [summary("a", 1), b] },
    nothingToUndo,
    keep(),
    refresh,
  ],
  [
    "what could not be restored is said",
    "restoring",
    answered(restore, false),
    { deleted: [a], failed: restore },
  ],
  [
    "what was deleted long enough ago cannot be restored any more",
    "deleted",
    fired("undo", at + 10_001),
    { deleted: [] },
    nothingToUndo,
    keep(),
  ],
]);

const titles = (state: (typeof listSituations)["idle"]) =>
  showList(state, undefined).conversations.map(({ title }) => title);

test("of two renames, the answer to the first does not end the second", () => {
  const second = afterList(
    listSituations.renaming,
    requested({ ...rename, title: "newest" } as typeof rename),
  );
  assert.deepEqual(titles(afterList(second, answered(rename, true))), ["newest", "title of b"]);
});

test("what is shown has the newest titles, without what was deleted", () => {
  assert.deepEqual(titles(listSituations.renaming), ["new", "title of b"]);
  assert.deepEqual(titles(listSituations.removing), ["title of b"]);
});

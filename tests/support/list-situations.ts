import type { ListAction, ListActionOf } from "#lib/client/conversation-list/list-action.ts";
import type { ListChange } from "#lib/client/conversation-list/list-change.ts";
import { initialList, type ListState } from "#lib/client/conversation-list/list-state.ts";
import { listTransition } from "#lib/client/conversation-list/list-transition.ts";
import type { ConversationList, ConversationSummary } from "#lib/protocol/conversation-view.ts";

/** Lists of conversations as they come about: each situation is what its actions lead to. */

export const at = 1_700_000_000_000;

/** `age`: how long ago it was changed, minutes. */
export const summary = (id: string, age: number, activeRunId?: string): ConversationSummary => ({
  id,
  title: `title of ${id}`,
  createdAt: at,
  updatedAt: at - age * 60_000,
  ...(activeRunId !== undefined && { activeRunId }),
});

export const listOf = (
  conversations: readonly ConversationSummary[],
  nextCursor?: string,
): ConversationList => ({ conversations, ...(nextCursor !== undefined && { nextCursor }) });

export const arrived = (list: ConversationList): ListActionOf<"list-arrived"> => ({
  type: "list-arrived",
  list,
});
export const rename: ListChange = { what: "rename", id: "a", title: "new" };
export const remove: ListChange = { what: "remove", id: "a" };
export const restore: ListChange = { what: "restore", id: "a" };
export const requested = (change: ListChange): ListActionOf<"change-requested"> => ({
  type: "change-requested",
  change,
  at,
});
export const answered = (
  change: ListChange,
  isDone: boolean,
  list?: ConversationList,
): ListActionOf<"change-answered"> => ({ type: "change-answered", change, isDone, list, at });
export const opened: ListActionOf<"opened"> = { type: "opened", isVisible: true, kept: [], at };
export const fired = (timer: "poll" | "undo", ms = at): ListActionOf<"timer-fired"> => ({
  type: "timer-fired",
  timer,
  at: ms,
});

export const afterList = (first: ListState, ...actions: readonly ListAction[]): ListState =>
  actions.reduce((state, action) => listTransition(state, action).state, first);

const rendered = initialList(listOf([summary("a", 1), summary("b", 2)]));
const idle = afterList(rendered, opened, { type: "shown", id: "a" });
const removing = afterList(idle, requested(remove));
const deleted = afterList(removing, answered(remove, true, listOf([summary("b", 2)])));

/** The states that the list can be in, as far as they differ for its actions. */
export const listSituations = {
  rendered,
  idle,
  "has older ones": afterList(initialList(listOf([summary("a", 1)], "older")), opened),
  "answered elsewhere": afterList(initialList(listOf([summary("a", 1), summary("b", 2, "r")])), opened, {
    type: "shown",
    id: "a",
  }),
  renaming: afterList(idle, requested(rename)),
  removing,
  deleted,
  restoring: afterList(deleted, requested(restore)),
  failed: afterList(idle, requested(rename), answered(rename, false)),
  hidden: afterList(idle, { type: "presence-changed", presence: "hidden" }),
  closed: afterList(idle, { type: "closed" }),
} satisfies Record<string, ListState>;

export type ListSituation = keyof typeof listSituations;

/**
 * An action of each type or more, as it comes in the situations above. A type that is not here does not
 * compile.
 */
const samples: { [Type in ListAction["type"]]: readonly ListActionOf<Type>[] } = {
  opened: [opened],
  closed: [{ type: "closed" }],
  shown: [{ type: "shown", id: "b" }],
  "change-requested": [rename, remove, restore].map(requested),
  "change-answered": [rename, remove, restore].flatMap((change) =>
    [true, false].map((isDone) => answered(change, isDone)),
  ),
  "more-requested": [{ type: "more-requested" }],
  "more-arrived": [{ type: "more-arrived", list: listOf([summary("c", 3)]) }],
  "refresh-requested": [{ type: "refresh-requested" }],
  "list-arrived": [arrived(listOf([summary("a", 1), summary("b", 2)]))],
  "presence-changed": (["visible", "hidden", "focus", "online", "offline"] as const).map((presence) => ({
    type: "presence-changed",
    presence,
  })),
  "timer-fired": [fired("poll"), fired("undo", at + 10_001)],
};

export const sampleListActions: readonly ListAction[] = Object.values(samples).flat();

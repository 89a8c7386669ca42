import type { ListAction, ListActionOf } from "#lib/client/conversation-list/list-action.ts";
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

export const page = (
  conversations: readonly ConversationSummary[],
  nextCursor?: string,
): ConversationList => ({
  conversations,
  ...(nextCursor !== undefined && { nextCursor }),
});

export const arrived = (request: number, list: ConversationList): ListActionOf<"list-arrived"> => ({
  type: "list-arrived",
  request,
  list,
  at,
});
export const opened: ListActionOf<"opened"> = { type: "opened", isVisible: true, kept: [], at };
export const renamed = { type: "rename-requested", id: "a", title: "new" } as const;
export const removed = { type: "remove-requested", id: "a", at } as const;
export const ticked = { type: "timer-fired", timer: "poll", at } as const;

export const afterList = (first: ListState, ...actions: readonly ListAction[]): ListState =>
  actions.reduce((state, action) => listTransition(state, action).state, first);

const rendered = initialList(page([summary("a", 1), summary("b", 2)]));
const idle = afterList(rendered, opened, { type: "shown", id: "a" });
const renaming = afterList(idle, renamed);
const removing = afterList(idle, removed);
const deleted = afterList(removing, { type: "remove-answered", id: "a", isDone: true, at });

/** The states that the list can be in, as far as they differ for its actions. */
export const listSituations = {
  rendered,
  idle,
  "has older ones": afterList(initialList(page([summary("a", 1)], "older")), opened),
  "answered elsewhere": afterList(initialList(page([summary("a", 1), summary("b", 2, "r")])), opened, {
    type: "shown",
    id: "a",
  }),
  renaming,
  renamed: afterList(renaming, { type: "rename-answered", id: "a", title: "new", isDone: true }),
  removing,
  deleted,
  restoring: afterList(deleted, { type: "restore-requested", id: "a" }),
  restored: afterList(deleted, { type: "restore-answered", id: "a", isDone: true }),
  hidden: afterList(idle, { type: "presence-changed", presence: "hidden" }),
  closed: afterList(idle, { type: "closed" }),
} satisfies Record<string, ListState>;

export type ListSituation = keyof typeof listSituations;

const either = [true, false] as const;

/**
 * An action of each type or more, as it comes in the situations above. A type that is not here does not
 * compile.
 */
const samples: { [Type in ListAction["type"]]: readonly ListActionOf<Type>[] } = {
  opened: [opened],
  closed: [{ type: "closed" }],
  shown: [{ type: "shown", id: "b" }],
  "rename-requested": [renamed],
  "rename-answered": either.map((isDone) => ({ type: "rename-answered", id: "a", title: "new", isDone })),
  "remove-requested": [removed],
  "remove-answered": either.map((isDone) => ({ type: "remove-answered", id: "a", isDone, at })),
  "restore-requested": [{ type: "restore-requested", id: "a" }],
  "restore-answered": either.map((isDone) => ({ type: "restore-answered", id: "a", isDone })),
  "more-requested": [{ type: "more-requested" }],
  "more-arrived": [{ type: "more-arrived", list: page([summary("c", 3)]) }],
  "refresh-requested": [{ type: "refresh-requested" }],
  "list-arrived": [arrived(9, page([summary("a", 1), summary("b", 2)]))],
  "presence-changed": (["visible", "hidden", "focus", "online", "offline"] as const).map((presence) => ({
    type: "presence-changed",
    presence,
  })),
  "timer-fired": [ticked, { type: "timer-fired", timer: "undo", at: at + 10_001 }],
};

export const sampleListActions: readonly ListAction[] = Object.values(samples).flat();

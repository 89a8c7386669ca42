import { undoMs } from "../../protocol/limits.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListActionOf } from "./list-action.ts";
import { type ListStep, listStep, thenList } from "./list-effect.ts";
import { addNewest } from "./list-pages.ts";
import { type ListState, shownConversations } from "./list-state.ts";

/** A new title is shown at once, and so is a deletion, which can be undone for ten seconds. */
export function requestChange(state: ListState, { change, at }: ListActionOf<"change-requested">): ListStep {
  const next = { ...state, failed: undefined };
  const sent = { type: "send-change", change } as const;
  const { id } = change;
  switch (change.what) {
    case "rename":
      return listStep({ ...next, renamed: new Map([...state.renamed, [id, change.title]]) }, sent);
    case "remove": {
      const summary = shownConversations(state).find((each) => each.id === id);
      if (!summary) return listStep(state);
      const { title, updatedAt } = summary;
      const deleted = [...state.deleted, { id, title, updatedAt, until: at + undoMs }];
      return thenList(changeDeletions(next, deleted, at), (removed) => listStep(removed, sent));
    }
    case "restore":
      return listStep(next, sent);
    default:
      return change satisfies never;
  }
}

/** What the server did is shown from the list; what it refused is undone here and reported. */
export function answerChange(
  state: ListState,
  { change, isDone, list, at }: ListActionOf<"change-answered">,
): ListStep {
  const listed = list ? addNewest(state, list) : state;
  const next = isDone ? listed : { ...listed, failed: change };
  const { id, what } = change;
  if (what === "rename") {
    const isNewest = state.renamed.get(id) === change.title;
    const renamed = isNewest ? new Map([...state.renamed].filter(([each]) => each !== id)) : state.renamed;
    return refreshChanged({ ...next, renamed }, id, isDone);
  }
  // A refused deletion and a restored conversation: it is not deleted.
  if (isDone === (what === "remove")) return listStep(next);
  const deleted = state.deleted.filter((each) => each.id !== id);
  return thenList(changeDeletions(next, deleted, at), (kept) => refreshChanged(kept, id, isDone));
}

const refreshChanged = (state: ListState, id: string, isDone: boolean): ListStep =>
  isDone ? listStep(state, { type: "refresh-conversation", id }) : listStep(state);

/** Keeps the deletions that can still be undone at `at`, browser ms, until the first of them cannot. */
export function changeDeletions(
  state: ListState,
  changed: readonly DeletedConversation[],
  at: number,
): ListStep {
  const deleted = changed.filter(({ until }) => until > at);
  const soonest = Math.min(...deleted.map(({ until }) => until));
  return listStep(
    { ...state, deleted },
    deleted.length > 0
      ? { type: "set-timer", timer: "undo", ms: soonest - at + 1 }
      : { type: "clear-timer", timer: "undo" },
    { type: "keep-deletions", deleted },
  );
}

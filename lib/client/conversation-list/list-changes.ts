import { undoMs } from "../../protocol/limits.ts";
import { changeDeletions } from "./deletions.ts";
import type { ListActionOf } from "./list-action.ts";
import { type ListStep, listStep, thenList } from "./list-effect.ts";
import { refreshList } from "./list-pages.ts";
import { type ListState, shownConversations } from "./list-state.ts";

/** The new title shows at once, and until the list has it. */
export function renameListed(state: ListState, { id, title }: ListActionOf<"rename-requested">): ListStep {
  const others = state.renames.filter((each) => each.id !== id);
  return listStep(
    { ...state, failed: undefined, renames: [...others, { id, title, storedBefore: undefined }] },
    { type: "patch-title", id, title },
  );
}

export function answerRename(
  state: ListState,
  { id, title, isDone }: ListActionOf<"rename-answered">,
): ListStep {
  const isThis = (each: { id: string; title: string }) => each.id === id && each.title === title;
  if (!isDone) {
    const renames = state.renames.filter((each) => !isThis(each));
    return listStep({ ...state, renames, failed: { id, what: "rename" } });
  }
  const storedBefore = state.requested + 1;
  const renames = state.renames.map((each) => (isThis(each) ? { ...each, storedBefore } : each));
  return refreshBoth({ ...state, renames }, id);
}

/** Gone at once, and kept for a while to be restored. */
export function removeListed(state: ListState, { id, at }: ListActionOf<"remove-requested">): ListStep {
  const summary = shownConversations(state).find((each) => each.id === id);
  if (!summary) return listStep(state);
  const { title, updatedAt } = summary;
  const deleted = [...state.deleted, { id, title, updatedAt, until: at + undoMs }];
  return thenList(changeDeletions({ ...state, failed: undefined }, deleted, at), (next) =>
    listStep(next, { type: "delete-conversation", id }),
  );
}

export function answerRemove(
  state: ListState,
  { id, isDone, at }: ListActionOf<"remove-answered">,
): ListStep {
  if (isDone) return refreshList(state);
  const deleted = state.deleted.filter((each) => each.id !== id);
  return thenList(changeDeletions({ ...state, failed: { id, what: "remove" } }, deleted, at), refreshList);
}

export const restoreListed = (state: ListState, { id }: ListActionOf<"restore-requested">): ListStep =>
  listStep({ ...state, failed: undefined }, { type: "restore-conversation", id });

/** What was deleted gives way once the list has the conversation again. */
export function answerRestore(state: ListState, { id, isDone }: ListActionOf<"restore-answered">): ListStep {
  if (!isDone) return listStep({ ...state, failed: { id, what: "restore" } });
  const restoredBefore = state.requested + 1;
  const deleted = state.deleted.map((each) => (each.id === id ? { ...each, restoredBefore } : each));
  return refreshBoth({ ...state, deleted }, id);
}

/** In the list and where it is shown. */
const refreshBoth = (state: ListState, id: string): ListStep =>
  thenList(refreshList(state), (next) => listStep(next, { type: "refresh-conversation", id }));

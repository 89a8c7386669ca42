import type { Presence } from "../environment.ts";
import type { ListAction, ListActionOf } from "./list-action.ts";
import { answerChange, changeDeletions, requestChange } from "./list-changes.ts";
import { type ListStep, type ListTimer, listStep, thenList } from "./list-effect.ts";
import { addNewest, addOlder } from "./list-pages.ts";
import type { ListState } from "./list-state.ts";

/** The period of the poll timer. */
const tickMs = 2_000;
/**
 * The list is read at every tick while an answer is written in the background, else at every fifth.
 */
const idleTicks = 5;

const setTick = { type: "set-timer", timer: "poll", ms: tickMs } as const;

/**
 * The next state after an action, and the effects to run. Pure: time and responses are part of the actions.
 */
export function listTransition(state: ListState, action: ListAction): ListStep {
  switch (action.type) {
    case "opened":
      return openList(state, action);
    case "closed":
      return closeList(state);
    case "shown":
      return listStep(showId(state, action.id));
    case "change-requested":
      return requestChange(state, action);
    case "change-answered":
      return answerChange(state, action);
    case "more-requested":
      return requestMore(state);
    case "more-arrived":
      return listStep(addOlder(state, action.list));
    case "refresh-requested":
      return refreshList(state);
    case "list-arrived":
      return listStep(addNewest(state, action.list));
    case "presence-changed":
      return changeListPresence(state, action.presence);
    case "timer-fired":
      return fireListTimer(state, action.timer, action.at);
    default:
      return action satisfies never;
  }
}

function openList(state: ListState, { isVisible, kept, at }: ListActionOf<"opened">): ListStep {
  if (state.isOpen) return listStep(state);
  const opened = listStep(
    { ...state, isOpen: true, isVisible, ticks: 0 },
    { type: "watch-presence" },
    setTick,
  );
  const others = kept.filter(({ id }) => !state.deleted.some((each) => each.id === id));
  return thenList(opened, (next) => changeDeletions(next, [...state.deleted, ...others], at));
}

const closeList = (state: ListState): ListStep =>
  state.isOpen
    ? listStep(
        { ...state, isOpen: false },
        { type: "close-conversations" },
        { type: "unwatch-presence" },
        { type: "clear-timer", timer: "poll" },
        { type: "clear-timer", timer: "undo" },
      )
    : listStep(state);

function showId(state: ListState, id: string | undefined): ListState {
  if (id === undefined || !state.unseen.has(id)) return { ...state, shownId: id };
  return { ...state, shownId: id, unseen: new Set([...state.unseen].filter((each) => each !== id)) };
}

const requestMore = (state: ListState): ListStep =>
  state.isOpen && state.cursor !== undefined
    ? listStep(state, { type: "get-more", cursor: state.cursor })
    : listStep(state);

const refreshList = (state: ListState): ListStep =>
  state.isOpen ? listStep(state, { type: "get-list" }) : listStep(state);

function changeListPresence(state: ListState, presence: Presence): ListStep {
  switch (presence) {
    case "hidden":
      return listStep({ ...state, isVisible: false });
    case "visible":
      return refreshList({ ...state, isVisible: true });
    case "focus":
      return refreshList(state);
    case "online":
      return thenList(listStep(state, { type: "resend-unconnected" }), refreshList);
    case "offline":
      return listStep(state);
    default:
      return presence satisfies never;
  }
}

function fireListTimer(state: ListState, timer: ListTimer, at: number): ListStep {
  switch (timer) {
    case "undo":
      return changeDeletions(state, state.deleted, at);
    case "poll":
      return thenList(listStep({ ...state, ticks: state.ticks + 1 }, setTick), poll);
    default:
      return timer satisfies never;
  }
}

function poll(state: ListState): ListStep {
  const { listed, shownId, isVisible, ticks } = state;
  const isBusy = listed.some(({ id, activeRunId }) => activeRunId !== undefined && id !== shownId);
  if (!isVisible || (!isBusy && ticks < idleTicks)) return listStep(state);
  return refreshList({ ...state, ticks: 0 });
}

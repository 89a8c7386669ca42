import { chain, stepTo, type Transition } from "../transition.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListState } from "./list-state.ts";

/** What the list of conversations wants done. */
export type ListEffect =
  /** The newest page; `request` comes back with its answer. */
  | { type: "get-list"; request: number }
  | { type: "get-more"; cursor: string }
  | { type: "patch-title"; id: string; title: string }
  | { type: "delete-conversation"; id: string }
  | { type: "restore-conversation"; id: string }
  | { type: "keep-deletions"; deleted: readonly DeletedConversation[] }
  /** Replaces a timer of the same name. */
  | { type: "set-timer"; timer: ListTimer; ms: number }
  | { type: "clear-timer"; timer: ListTimer }
  | { type: "watch-presence" }
  | { type: "unwatch-presence" }
  /** A conversation that was opened here is read again. */
  | { type: "refresh-conversation"; id: string }
  /** What could not be sent for lack of a connection goes out now, in every conversation. */
  | { type: "resend-unconnected" }
  | { type: "close-conversations" };

/** `poll`: other tabs and devices write to the list too. `undo`: a deletion cannot be undone any more. */
export type ListTimer = "poll" | "undo";

export type ListStep = Transition<ListState, ListEffect>;

export const listStep = stepTo<ListState, ListEffect>;
export const thenList = chain<ListState, ListEffect>;

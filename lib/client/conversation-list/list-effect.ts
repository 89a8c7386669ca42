import type { PageEffect } from "../page-driver.ts";
import { chain, stepTo, type Transition } from "../transition.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListChange } from "./list-change.ts";
import type { ListState } from "./list-state.ts";

/** What the list of conversations wants done. */
export type ListEffect =
  /** The newest page. */
  | { type: "get-list" }
  | { type: "get-more"; cursor: string }
  /** Asks the server for it, and reads the newest page afterwards. */
  | { type: "send-change"; change: ListChange }
  | { type: "keep-deletions"; deleted: readonly DeletedConversation[] }
  | PageEffect<ListTimer>
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

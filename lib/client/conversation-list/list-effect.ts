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
  /** Sends a change, and reads the newest page afterwards. */
  | { type: "send-change"; change: ListChange }
  | { type: "keep-deletions"; deleted: readonly DeletedConversation[] }
  | PageEffect<ListTimer>
  /** A conversation that was opened here gets a new snapshot. */
  | { type: "refresh-conversation"; id: string }
  /** Messages that were not sent for lack of a connection are sent now, in every conversation. */
  | { type: "resend-unconnected" }
  | { type: "close-conversations" };

/** `poll`: other tabs and devices may have changed the list. `undo`: a deletion can no longer be undone. */
export type ListTimer = "poll" | "undo";

export type ListStep = Transition<ListState, ListEffect>;

export const listStep = stepTo<ListState, ListEffect>;
export const thenList = chain<ListState, ListEffect>;

import type { ConversationList } from "../../protocol/conversation-view.ts";
import type { PageAction } from "../page-driver.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListChange } from "./list-change.ts";
import type { ListTimer } from "./list-effect.ts";

/** Everything that can happen to the list of conversations. `at`: browser ms. */
export type ListAction =
  /** `kept`: what an earlier page has deleted a moment ago. */
  | { type: "opened"; isVisible: boolean; kept: readonly DeletedConversation[]; at: number }
  | { type: "closed" }
  /** A conversation is shown: its answers count as seen. Undefined: none is. */
  | { type: "shown"; id: string | undefined }
  | { type: "change-requested"; change: ListChange; at: number }
  /** `list`: the newest page that was read afterwards; undefined: it could not be read. */
  | {
      type: "change-answered";
      change: ListChange;
      isDone: boolean;
      list: ConversationList | undefined;
      at: number;
    }
  | { type: "more-requested" }
  | { type: "more-arrived"; list: ConversationList }
  /** A conversation of this page has changed. */
  | { type: "refresh-requested" }
  | { type: "list-arrived"; list: ConversationList }
  | PageAction<ListTimer>;

export type ListActionOf<Type extends ListAction["type"]> = Extract<ListAction, { type: Type }>;

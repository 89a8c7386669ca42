import type { ConversationList } from "../../protocol/conversation-view.ts";
import type { PageAction } from "../page-driver.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListChange } from "./list-change.ts";
import type { ListTimer } from "./list-effect.ts";

/** Everything that can happen to the list of conversations. `at`: browser ms. */
export type ListAction =
  /** `kept`: the deletions of an earlier page. */
  | { type: "opened"; isVisible: boolean; kept: readonly DeletedConversation[]; at: number }
  | { type: "closed" }
  /** Which conversation is shown: its answers count as seen. Undefined: none is. */
  | { type: "shown"; id: string | undefined }
  | { type: "change-requested"; change: ListChange; at: number }
  /** `list`: the newest page, read after the change; undefined: it could not be read. */
  | {
      type: "change-answered";
      change: ListChange;
      isDone: boolean;
      list: ConversationList | undefined;
      at: number;
    }
  | { type: "more-requested" }
  | { type: "more-arrived"; list: ConversationList }
  /** A conversation was changed by this page. */
  | { type: "refresh-requested" }
  | { type: "list-arrived"; list: ConversationList }
  | PageAction<ListTimer>;

export type ListActionOf<Type extends ListAction["type"]> = Extract<ListAction, { type: Type }>;

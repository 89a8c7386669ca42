import type { ConversationList } from "../../protocol/conversation-view.ts";
import type { Presence } from "../environment.ts";
import type { DeletedConversation } from "./kept-deletions.ts";
import type { ListTimer } from "./list-effect.ts";

/** Everything that can happen to the list of conversations. `at`: browser ms. */
export type ListAction =
  /** `kept`: what an earlier page has deleted a moment ago. */
  | { type: "opened"; isVisible: boolean; kept: readonly DeletedConversation[]; at: number }
  | { type: "closed" }
  /** A conversation is shown: its answers count as seen. Undefined: none is. */
  | { type: "shown"; id: string | undefined }
  | { type: "rename-requested"; id: string; title: string }
  | { type: "rename-answered"; id: string; title: string; isDone: boolean }
  | { type: "remove-requested"; id: string; at: number }
  | { type: "remove-answered"; id: string; isDone: boolean; at: number }
  | { type: "restore-requested"; id: string }
  | { type: "restore-answered"; id: string; isDone: boolean }
  | { type: "more-requested" }
  | { type: "more-arrived"; list: ConversationList }
  /** A conversation of this page has changed. */
  | { type: "refresh-requested" }
  | { type: "list-arrived"; request: number; list: ConversationList; at: number }
  | { type: "presence-changed"; presence: Presence }
  | { type: "timer-fired"; timer: ListTimer; at: number };

export type ListActionOf<Type extends ListAction["type"]> = Extract<ListAction, { type: Type }>;

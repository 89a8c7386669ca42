import type { ConversationList } from "../../protocol/conversation-view.ts";
import type { ClientEnvironment } from "../environment.ts";
import { fetchJson } from "../fetch-json.ts";
import { createPageDriver } from "../page-driver.ts";
import { getConversations } from "../requests.ts";
import { keepDeletions } from "./kept-deletions.ts";
import type { ListAction } from "./list-action.ts";
import type { ListChange } from "./list-change.ts";
import type { ListEffect, ListTimer } from "./list-effect.ts";

export interface ListDriverOptions {
  environment: ClientEnvironment;
  /** Where deletions are stored, so that they can be undone after a reload. */
  storage(): Storage;
  refreshConversation(id: string): void;
  resendUnconnected(): void;
  closeConversations(): void;
}

/** Runs the effects of the list and dispatches what comes of them. */
export function createListDriver(
  options: ListDriverOptions,
  dispatch: (action: ListAction) => void,
): (effect: ListEffect) => void {
  const { environment } = options;
  const page = createPageDriver<ListTimer>(environment, dispatch);
  const ownDeletions = new Set<string>();

  async function getList(cursor?: string): Promise<ConversationList | undefined> {
    const result = await getConversations(environment, cursor);
    return "value" in result ? result.value : undefined;
  }

  async function sendChange(change: ListChange): Promise<void> {
    const isDone = "value" in (await postChange(environment, change));
    const list = await getList();
    dispatch({ type: "change-answered", change, isDone, list, at: Date.now() });
  }

  return (effect) => {
    switch (effect.type) {
      case "get-list":
        return void getList().then((list) => list && dispatch({ type: "list-arrived", list }));
      case "get-more":
        return void getList(effect.cursor).then((list) => list && dispatch({ type: "more-arrived", list }));
      case "send-change":
        return void sendChange(effect.change);
      case "keep-deletions":
        return keepDeletions(options.storage, effect.deleted, ownDeletions);
      case "set-timer":
      case "clear-timer":
      case "watch-presence":
      case "unwatch-presence":
        return page(effect);
      case "refresh-conversation":
        return options.refreshConversation(effect.id);
      case "resend-unconnected":
        return options.resendUnconnected();
      case "close-conversations":
        return options.closeConversations();
      default:
        return effect satisfies never;
    }
  };
}

function postChange({ fetch }: ClientEnvironment, change: ListChange) {
  const url = `/api/conversations/${change.id}`;
  switch (change.what) {
    case "rename":
      return fetchJson(fetch, url, { method: "PATCH", body: { title: change.title } });
    case "remove":
      return fetchJson(fetch, url, { method: "DELETE" });
    case "restore":
      return fetchJson(fetch, `${url}/restore`, { method: "POST" });
    default:
      return change satisfies never;
  }
}

import type { ClientEnvironment } from "../environment.ts";
import { fetchJson, getConversations } from "../requests.ts";
import { createTimers } from "../timers.ts";
import { keepDeletions } from "./kept-deletions.ts";
import type { ListAction } from "./list-action.ts";
import type { ListEffect, ListTimer } from "./list-effect.ts";

export interface ListDriverOptions {
  environment: ClientEnvironment;
  /** Where deletions are kept, so that a reload can still take them back. */
  storage(): Storage;
  refreshConversation(id: string): void;
  resendUnconnected(): void;
  closeConversations(): void;
}

/** Does what the list wants done, and dispatches what comes of it. */
export function createListDriver(
  options: ListDriverOptions,
  dispatch: (action: ListAction) => void,
): (effect: ListEffect) => void {
  const { environment } = options;
  const timers = createTimers<ListTimer>({
    environment,
    early: new Set(),
    onFire: (timer) => dispatch({ type: "timer-fired", timer, at: Date.now() }),
  });
  let watching: AbortController | undefined;

  async function getList(request: number): Promise<void> {
    const result = await getConversations(environment);
    if ("value" in result) dispatch({ type: "list-arrived", request, list: result.value, at: Date.now() });
  }

  async function getMore(cursor: string): Promise<void> {
    const result = await getConversations(environment, cursor);
    if ("value" in result) dispatch({ type: "more-arrived", list: result.value });
  }

  async function change(method: string, path: string, body?: unknown): Promise<boolean> {
    const url = `/api/conversations/${path}`;
    return "value" in (await fetchJson(environment.fetch, url, { method, body }));
  }

  function watchPresence(): void {
    watching = new AbortController();
    environment.onPresence((presence) => dispatch({ type: "presence-changed", presence }), watching.signal);
  }

  async function patchTitle(id: string, title: string): Promise<void> {
    const isDone = await change("PATCH", id, { title });
    dispatch({ type: "rename-answered", id, title, isDone });
  }

  async function remove(id: string): Promise<void> {
    const isDone = await change("DELETE", id);
    dispatch({ type: "remove-answered", id, isDone, at: Date.now() });
  }

  async function restore(id: string): Promise<void> {
    const isDone = await change("POST", `${id}/restore`);
    dispatch({ type: "restore-answered", id, isDone });
  }

  return (effect) => {
    switch (effect.type) {
      case "get-list":
        return void getList(effect.request);
      case "get-more":
        return void getMore(effect.cursor);
      case "patch-title":
        return void patchTitle(effect.id, effect.title);
      case "delete-conversation":
        return void remove(effect.id);
      case "restore-conversation":
        return void restore(effect.id);
      case "keep-deletions":
        return keepDeletions(options.storage, effect.deleted);
      case "set-timer":
        return timers.set(effect.timer, effect.ms);
      case "clear-timer":
        return timers.clear(effect.timer);
      case "watch-presence":
        return watchPresence();
      case "unwatch-presence":
        return watching?.abort();
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

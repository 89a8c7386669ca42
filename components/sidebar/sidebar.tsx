"use client";

import type { ReactElement } from "react";
import { useChat } from "../providers/chat-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { useNow } from "../ui/use-now.ts";
import { useStore } from "../ui/use-store.ts";
import { ConversationLine } from "./conversation-line.tsx";
import { groupByDay } from "./group-by-day.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { LazyDeletedLine } from "./lazy-deleted-line.ts";
import { useListKeys } from "./use-list-keys.ts";
import { useUndone } from "./use-undone.ts";

export interface SidebarProps {
  /** The conversation that is shown, if one is. */
  currentId: string | undefined;
  /** The settings are shown. */
  isSettings: boolean;
  /** When the server rendered, by its clock: days are those of UTC until the reader's zone is known. */
  renderedAt: number;
  onNew(): void;
  /** In the drawer: closes it. */
  onPicked?: (() => void) | undefined;
}

/** The index: a new conversation, the earlier ones by day, settings and the language. */
export function Sidebar(props: SidebarProps): ReactElement {
  const { currentId, isSettings, renderedAt, onNew, onPicked } = props;
  const t = useTranslate();
  return (
    <nav className="index" aria-label={t("index.label")}>
      <a className="item" href="/" onClick={navigateOnClick(onNew)}>
        <Icon name="plus" />
        <span className="t">{t("index.new")}</span>
      </a>
      <List {...{ currentId, renderedAt, onPicked }} />
      <div className="foot">
        <a
          className="item"
          href="/settings"
          aria-current={isSettings ? "page" : undefined}
          onClick={navigateOnClick(onPicked)}
        >
          <Icon name="settings" />
          <span className="t">{t("settings.title")}</span>
        </a>
        <LanguageSwitch />
        {onPicked && (
          <button type="button" className="item" onClick={onPicked}>
            {t("index.close")}
          </button>
        )}
      </div>
    </nav>
  );
}

type ListProps = Pick<SidebarProps, "currentId" | "renderedAt" | "onPicked">;

function List({ currentId, renderedAt, onPicked }: ListProps): ReactElement {
  const t = useTranslate();
  const { chat, background } = useChat();
  const runs = useStore(background);
  const now = useNow();
  const { conversations, deleted, hasMore, unseen, failed } = useStore(chat);
  const lines = [...conversations, ...deleted].sort((one, other) => other.updatedAt - one.updatedAt);
  const groups = now === undefined ? groupByDay(lines, renderedAt, "UTC") : groupByDay(lines, now);
  const keys = useListKeys(conversations, currentId);
  const undone = useUndone(conversations);
  const [newest] = deleted.slice(-1);

  function remove(id: string) {
    if (id === currentId) undone.removed(id);
    chat.remove(id);
  }

  return (
    <div className="list" {...keys.list}>
      <p className="sr-only" aria-live="polite">
        {newest && t("say.deleted", { title: newest.title || t("index.untitled") })}
      </p>
      {lines.length === 0 && <p className="px-2 py-4 text-meta text-ink-3">{t("index.empty")}</p>}
      {groups.map(({ period, conversations: items }) => (
        <section key={`${period}-${items[0]?.id}`} aria-label={t(`index.${period}`)}>
          <h2>{t(`index.${period}`)}</h2>
          <ul>
            {items.map((line) =>
              "until" in line ? (
                <LazyDeletedLine
                  key={line.id}
                  deleted={line}
                  isFailed={failed?.id === line.id}
                  onUndo={() => chat.restore(line.id)}
                />
              ) : (
                <ConversationLine
                  key={line.id}
                  conversation={line}
                  isCurrent={line.id === currentId}
                  isUnseen={unseen.has(line.id)}
                  run={line.id === currentId ? undefined : runs.get(line.id)}
                  isReached={line.id === keys.reachedId}
                  failed={failed?.id === line.id ? failed.what : undefined}
                  onPicked={onPicked}
                  onRename={(title) => chat.rename(line.id, title)}
                  onRemove={() => remove(line.id)}
                />
              ),
            )}
          </ul>
        </section>
      ))}
      {hasMore && (
        <button type="button" className="item" onClick={() => chat.loadMore()}>
          {t("index.more")}
        </button>
      )}
    </div>
  );
}

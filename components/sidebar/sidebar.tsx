"use client";

import type { ReactElement } from "react";
import type { ChatStore } from "#lib/client/chat-store.ts";
import type { ConversationSummary } from "#lib/events/conversation-view.ts";
import { useStore } from "../conversation/use-store.ts";
import { goOnClick } from "../ui/go.ts";
import { Icon } from "../ui/icon.tsx";
import { useNow } from "../ui/use-now.ts";
import { useWords } from "../ui/words-provider.tsx";
import { groupByDay } from "./group-by-day.ts";
import { LanguageSwitch } from "./language-switch.tsx";

export interface SidebarProps {
  chat: ChatStore;
  currentId: string;
  /** When the server rendered, by its clock: days are those of UTC until the reader's zone is known. */
  renderedAt: number;
  onNew(): void;
  /** In the drawer: closes it. */
  onPicked?: (() => void) | undefined;
}

/** The index: a new conversation, the earlier ones by day, and the language. */
export function Sidebar({ chat, currentId, renderedAt, onNew, onPicked }: SidebarProps): ReactElement {
  const t = useWords();
  const now = useNow();
  const { conversations, hasMore } = useStore(chat);
  const groups =
    now === undefined ? groupByDay(conversations, renderedAt, "UTC") : groupByDay(conversations, now);
  return (
    <nav className="index" aria-label={t("index.label")}>
      <a className="item" href="/" onClick={goOnClick(onNew)}>
        <Icon name="plus" />
        <span className="t">{t("index.new")}</span>
      </a>
      <div className="list">
        {conversations.length === 0 && <p className="px-2 py-4 text-meta text-ink-3">{t("index.empty")}</p>}
        {groups.map(({ period, conversations: items }) => (
          <section key={`${period}-${items[0]?.id}`} aria-label={t(`index.${period}`)}>
            <h2>{t(`index.${period}`)}</h2>
            <ul>
              {items.map((conversation) => (
                <Line
                  key={conversation.id}
                  {...{ conversation, onPicked }}
                  isCurrent={conversation.id === currentId}
                />
              ))}
            </ul>
          </section>
        ))}
        {hasMore && (
          <button type="button" className="item" onClick={() => void chat.loadMore()}>
            {t("index.more")}
          </button>
        )}
      </div>
      <div className="foot">
        {onPicked && (
          <button type="button" className="item" onClick={onPicked}>
            {t("index.close")}
          </button>
        )}
        <LanguageSwitch />
      </div>
    </nav>
  );
}

interface LineProps {
  conversation: ConversationSummary;
  isCurrent: boolean;
  onPicked: (() => void) | undefined;
}

function Line({ conversation: { id, title, activeRunId }, isCurrent, onPicked }: LineProps): ReactElement {
  const t = useWords();
  return (
    <li>
      <a
        className="item"
        href={`/c/${id}`}
        aria-current={isCurrent ? "page" : undefined}
        onClick={goOnClick(onPicked)}
      >
        <span className="t" dir="auto">
          {title || t("index.untitled")}
        </span>
        {activeRunId !== undefined && <Answering />}
      </a>
    </li>
  );
}

function Answering(): ReactElement {
  const t = useWords();
  return (
    <span className="dot" title={t("index.answering")}>
      <span className="sr-only">{t("index.answering")}</span>
    </span>
  );
}

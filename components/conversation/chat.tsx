"use client";

import { type ReactElement, useEffect, useState } from "react";
import type { ConversationList, ConversationView } from "#lib/protocol/conversation-view.ts";

import { roomOf } from "../settings/rooms.ts";
import type { ServerFacts } from "../settings/server-facts.ts";
import { SettingsPage } from "../settings/settings-page.tsx";
import { Drawer } from "../sidebar/drawer.tsx";
import { Rail } from "../sidebar/rail.tsx";
import { Sidebar } from "../sidebar/sidebar.tsx";
import { go } from "../ui/go.ts";
import { usePath } from "../ui/use-path.ts";
import { useWords } from "../ui/words-provider.tsx";
import { useHeld } from "./chat-holder.tsx";
import { ConversationPage } from "./conversation-page.tsx";
import type { Starter } from "./starters.tsx";
import { useShownId } from "./use-shown-id.ts";

export interface ChatProps {
  list: ConversationList;
  /** The conversation that the server rendered; a `null` view: it is new. */
  first: { id: string; view: ConversationView | null };
  starters: readonly Starter[];
  facts: ServerFacts;
  /** When the server rendered, by its clock. */
  renderedAt: number;
}

/**
 * The whole page. The address says which conversation is shown, or a room of the settings; going from one to
 * another asks no server for a page.
 */
export function Chat({ list, first, starters, facts, renderedAt }: ChatProps): ReactElement {
  const t = useWords();
  const held = useHeld({ list, first });
  const { chat } = held;
  const { id, isNew } = useShownId(held);
  const room = roomOf(usePath());
  const shownId = room === undefined ? id : undefined;
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    chat.open();
    return () => chat.close();
  }, [chat]);
  useEffect(() => {
    chat.show(shownId);
    return () => chat.show(undefined);
  }, [chat, shownId]);

  function startNew() {
    setOpen(false);
    go("/");
    document.getElementById("composer")?.focus({ preventScroll: true });
  }

  const sidebar = { chat, currentId: shownId, isSettings: room !== undefined, renderedAt, onNew: startNew };
  const onMenu = () => setOpen(true);
  return (
    <div className="app">
      <a className="btn fill skip" href={room === undefined ? "#composer" : "#settings"}>
        {t(room === undefined ? "composer.skip" : "settings.skip")}
      </a>
      <Sidebar {...sidebar} />
      <Rail onNew={startNew} isSettings={room !== undefined} onMenu={onMenu} />
      <Drawer {...sidebar} isOpen={isOpen} onClose={() => setOpen(false)} />
      {room === undefined ? (
        <ConversationPage
          {...{ held, isNew, starters, onMenu }}
          store={chat.conversation(id)}
          model={facts.isDemo ? "demo" : facts.model}
          onNew={startNew}
        />
      ) : (
        <SettingsPage {...{ room, facts, onMenu }} drafts={held.drafts} />
      )}
    </div>
  );
}

"use client";

import { type ReactElement, useEffect, useState } from "react";
import type { ConversationList, ConversationView } from "#lib/events/conversation-view.ts";
import { Drawer } from "../sidebar/drawer.tsx";
import { Rail } from "../sidebar/rail.tsx";
import { Sidebar } from "../sidebar/sidebar.tsx";
import { go } from "../ui/go.ts";
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
  demo: { isDemo: boolean; modelLabel: string };
  /** When the server rendered, by its clock. */
  renderedAt: number;
}

/** The whole page. The address says which conversation is shown; going from one to another asks no server for a page. */
export function Chat({ list, first, starters, demo, renderedAt }: ChatProps): ReactElement {
  const t = useWords();
  const held = useHeld({ list, first });
  const { chat } = held;
  const { id, isNew } = useShownId(held);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    chat.open();
    return () => chat.close();
  }, [chat]);

  function startNew() {
    setOpen(false);
    go("/");
    document.getElementById("composer")?.focus({ preventScroll: true });
  }

  const sidebar = { chat, currentId: id, renderedAt, onNew: startNew };
  return (
    <div className="app">
      <a className="btn fill skip" href="#composer">
        {t("composer.skip")}
      </a>
      <Sidebar {...sidebar} />
      <Rail onNew={startNew} onMenu={() => setOpen(true)} />
      <Drawer {...sidebar} isOpen={isOpen} onClose={() => setOpen(false)} />
      <ConversationPage
        {...{ held, isNew, starters }}
        store={chat.conversation(id)}
        model={demo.isDemo ? "demo" : demo.modelLabel}
        onMenu={() => setOpen(true)}
        onNew={startNew}
      />
    </div>
  );
}

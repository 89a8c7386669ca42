"use client";

import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import { Composer } from "../composer/composer.tsx";
import type { ComposerControl } from "../composer/use-composer.ts";
import { modelName } from "../message/model-name.ts";
import { Announcer } from "../transcript/announcer.tsx";
import { NewLinesPill } from "../transcript/new-lines-pill.tsx";
import { Transcript } from "../transcript/transcript.tsx";
import { useConnection } from "../transcript/use-connection.ts";
import { useFollowScroll } from "../transcript/use-follow-scroll.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { useOnline } from "../ui/use-online.ts";
import { useStore } from "../ui/use-store.ts";
import type { ChatContextValue } from "./chat-provider.tsx";
import { OfflineBanner } from "./offline-banner.tsx";
import { startOver } from "./start-over.ts";
import { type Starter, Starters } from "./starters.tsx";
import { StatusNotice } from "./status-notice.tsx";
import { useAcknowledged } from "./use-acknowledged.ts";
import { useAskedElsewhere } from "./use-asked-elsewhere.ts";
import { useStopKey } from "./use-stop-key.ts";
import { useTurnActions } from "./use-turn-actions.ts";

interface ConversationPageProps {
  context: ChatContextValue;
  store: LiveConversation;
  /** Shown at `/`: its first question gives it an address. */
  isNew: boolean;
  starters: readonly Starter[];
  /** The model that answers unless a run says another. */
  model: string;
  onMenu(): void;
  onNew(): void;
}

/** One conversation: head, transcript, composer. */
export function ConversationPage({
  context,
  store,
  isNew,
  starters,
  model,
  onMenu,
  onNew,
}: ConversationPageProps): ReactElement {
  const t = useTranslate();
  const state = useStore(store);
  const content = useRef<HTMLDivElement>(null);
  const composer = useRef<ComposerControl>(null);
  const [asked, setAsked] = useState<{ key: string }>();
  const connection = useConnection(state);
  const scroll = useFollowScroll(content, { conversationId: state.id, asked, isLive: state.busy });
  const draftKey = isNew ? "new" : state.id;
  const renew = useCallback(
    () => startOver(context.drafts, draftKey, [store.discard(), composer.current?.keep() ?? ""]),
    [context, store, draftKey],
  );
  const actions = useTurnActions(store, composer, { asked: setAsked, renew });
  const isOffline = !useOnline();
  const isElsewhere = useAskedElsewhere(store, state);
  useStopKey(store, state.busy && !state.stopping);
  useAcknowledged(context, composer, { isNew, id: state.id });
  useOpen(store);

  function send(text: string): boolean {
    const key = store.send(text);
    if (key === undefined) return false;
    setAsked({ key });
    return true;
  }

  const { busy, stopping, turns, phase } = state;
  const isMissing = phase === "missing";
  const answering = turns.at(-1)?.answer?.model || model;
  const name = modelName(t, answering);
  const note = name === answering ? t("model.note", { model: name }) : t("model.demo.note");
  const hasUnsent = turns.at(-1)?.pending?.state === "not-sent";
  const composing = { control: composer, drafts: context.drafts, draftKey, busy, stopping, hasUnsent, note };
  return (
    <main className="page">
      <PageHeader title={titleOf(state)} note={name} onMenu={onMenu} />
      <OfflineBanner />
      <div className="flow">
        <div className="column" ref={content}>
          {phase === "ready" && turns.length === 0 && (
            <Starters starters={starters} onPick={(prompt) => composer.current?.fill(prompt)} />
          )}
          <StatusNotice phase={phase} onNew={onNew} onRenew={renew} />
          {!isMissing && (
            <Transcript
              {...{ state, actions, connection, model, isOffline, isElsewhere }}
              freshKey={asked?.key}
            />
          )}
        </div>
      </div>
      {!isMissing && (
        <div className="dock">
          <NewLinesPill scroll={scroll} />
          <Composer {...composing} onSend={send} onStop={store.stop} />
        </div>
      )}
      <Announcer state={state} connection={connection} />
    </main>
  );
}

/** Keeps the conversation open while it is shown. */
function useOpen(store: LiveConversation): void {
  useEffect(() => {
    store.open();
    return () => store.close();
  }, [store]);
}

const titleOf = ({ title, turns }: ShownConversation): string =>
  title || turns[0]?.text.trim().split("\n", 1)[0] || "";

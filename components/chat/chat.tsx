"use client";

import { type ReactElement, Suspense, useCallback, useEffect, useState } from "react";
import type { ChatStore } from "#lib/client/chat-store.ts";
import { loadReader } from "#lib/client/read-connection.ts";
import type { ConversationList, ConversationView } from "#lib/protocol/conversation-view.ts";
import type { WorkflowView } from "#lib/protocol/workflow-listing.ts";

import { LazyChips } from "../composer/lazy-chips.ts";
import { LazyInspector } from "../inspector/lazy-inspector.ts";
import { useInitialChat } from "../providers/chat-provider.tsx";
import { LazySettings, loadSettings } from "../settings/lazy-settings.ts";
import { sectionOf } from "../settings/sections.ts";
import type { ServerDetails } from "../settings/server-details.ts";
import { Rail } from "../sidebar/rail.tsx";
import { Sidebar } from "../sidebar/sidebar.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { lazyPart } from "../ui/lazy-part.tsx";
import { navigate } from "../ui/navigate.ts";
import { PageHeader } from "../ui/page-header.tsx";
import { usePath } from "../ui/use-path.ts";
import { LazyWorkflowPage } from "../workflows/lazy-workflow-page.ts";
import { ConversationPage } from "./conversation-page.tsx";
import type { Starter } from "./starters.tsx";
import { useForgotten } from "./use-forgotten.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { useShownId } from "./use-shown-id.ts";

const LazyWatch = lazyPart(async () => (await import("./background-watch.tsx")).BackgroundWatch);
const LazySwipe = lazyPart(async () => (await import("../sidebar/swipe-watch.tsx")).SwipeWatch);
const LazyDrawer = lazyPart(async () => (await import("../sidebar/drawer.tsx")).Drawer);

/** When the page is there, ms: what happens elsewhere can wait. */
const watchAfterMs = 3_000;
/** When nothing else is to be loaded any more, ms after the page: what opens later is there then. */
const loadRestAfterMs = 10_000;

export interface ChatProps {
  list: ConversationList;
  /** The conversation that the server rendered; a `null` view: it is new. */
  first: { id: string; view: ConversationView | null };
  starters: readonly Starter[];
  details: ServerDetails;
  /** The workflow that the server rendered. */
  workflow?: WorkflowView | undefined;
  /** When the server rendered, by its clock. */
  renderedAt: number;
}

/**
 * The whole page. The address says which conversation is shown, or a section of the settings; going from one
 * to another asks no server for a page.
 */
export function Chat({ list, first, starters, details, workflow, renderedAt }: ChatProps): ReactElement {
  const t = useTranslate();
  const { chat } = useInitialChat({ list, first, maxMessageLength: details.maxMessageLength });
  const { id, isNew } = useShownId(chat);
  const path = usePath();
  const section = sectionOf(path);
  const runId = /^\/c\/[^/]+\/run\/([^/]+)$/.exec(path)?.[1];
  const workflowName = /^\/workflows\/([^/]+)$/.exec(path)?.[1];
  const isChat = section === undefined && workflowName === undefined;
  const shownId = isChat ? id : undefined;
  const { isOpen, hasDrawer, onMenu, onClose } = useDrawer();
  useShownChat(chat, shownId);
  const watches = useLater(watchAfterMs);
  useEffect(() => {
    const timer = setTimeout(() => {
      void loadSettings().catch(() => undefined);
      void loadReader().catch(() => undefined);
      for (const { preload } of [LazyDrawer, LazyChips]) preload();
    }, loadRestAfterMs);
    return () => clearTimeout(timer);
  }, []);

  function startNew() {
    onClose();
    navigate("/");
    document.getElementById("composer")?.focus({ preventScroll: true });
  }

  const sidebar = {
    currentId: shownId,
    isSettings: section !== undefined,
    renderedAt,
    onNew: startNew,
  };
  return (
    <div className="app">
      <a className="btn fill skip" href={isChat ? "#composer" : section ? "#settings" : "#workflow"}>
        {t(isChat ? "composer.skip" : section ? "settings.skip" : "workflow.skip")}
      </a>
      <Sidebar {...sidebar} />
      {watches && <LazyWatch shownId={shownId} />}
      {watches && <LazySwipe isOpen={isOpen} onOpen={onMenu} onClose={onClose} />}
      <Rail onNew={startNew} isSettings={section !== undefined} onMenu={onMenu} />
      {hasDrawer && <LazyDrawer {...sidebar} isOpen={isOpen} onClose={onClose} />}
      {workflowName !== undefined ? (
        <Suspense fallback={<main className="page" />}>
          <LazyWorkflowPage
            key={workflowName}
            name={workflowName}
            first={workflow?.workflow.name === workflowName ? workflow : undefined}
            {...{ onMenu }}
          />
        </Suspense>
      ) : runId !== undefined ? (
        <Suspense fallback={<main className="page" />}>
          <LazyInspector key={runId} {...{ runId, onMenu }} conversationId={id} />
        </Suspense>
      ) : section === undefined ? (
        <ConversationPage
          {...{ isNew, starters, onMenu }}
          live={chat.conversation(id)}
          model={details.model}
          labels={details.labels}
          isUnnamed={details.model === details.host}
        />
      ) : (
        <Suspense fallback={<LoadingSettings onMenu={onMenu} />}>
          <LazySettings {...{ section, details, onMenu }} />
        </Suspense>
      )}
    </div>
  );
}

/** Whether the index is open over the page; its script is loaded with the first time. */
function useDrawer() {
  const [isOpen, setOpen] = useState(false);
  const [hasDrawer, setDrawer] = useState(false);
  const onMenu = useCallback(() => {
    setDrawer(true);
    setOpen(true);
  }, []);
  const onClose = useCallback(() => setOpen(false), []);
  return { isOpen, hasDrawer, onMenu, onClose };
}

/** Keeps the chat open, what is shown of it seen, the focus in it, and nothing that was forgotten. */
function useShownChat(chat: ChatStore, shownId: string | undefined): void {
  useKeptFocus();
  useForgotten();
  useEffect(() => {
    chat.open();
    return () => chat.close();
  }, [chat]);
  useEffect(() => {
    chat.show(shownId);
    return () => chat.show(undefined);
  }, [chat, shownId]);
}

/** True once so many ms have passed. */
function useLater(ms: number): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isLater;
}

/** The frame of the settings, while their script is loaded. */
function LoadingSettings({ onMenu }: { onMenu(): void }): ReactElement {
  const t = useTranslate();
  return (
    <main className="page" id="settings" tabIndex={-1}>
      <PageHeader title={t("settings.title")} onMenu={onMenu} />
    </main>
  );
}

"use client";

import { type ReactElement, type RefObject, useEffect, useRef, useState } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { SendWay } from "#lib/client/steering/steering-state.ts";
import { Composer } from "../composer/composer.tsx";
import type { ComposerControl } from "../composer/use-composer.ts";
import { InspectLink } from "../message/inspect-link.tsx";
import { AgentButton } from "../models/agent-button.tsx";
import { ModelButton } from "../models/model-button.tsx";
import { useChat } from "../providers/chat-provider.tsx";
import { ConversationProvider } from "../providers/conversation-provider.tsx";
import { useListedTitle } from "../providers/use-listed-title.ts";
import { Announcer } from "../transcript/announcer.tsx";
import { NewLinesPill } from "../transcript/new-lines-pill.tsx";
import { Transcript } from "../transcript/transcript.tsx";
import { useConnectionNotice } from "../transcript/use-connection-notice.ts";
import { useDrawnTurns } from "../transcript/use-drawn-turns.ts";
import { useFollowScroll } from "../transcript/use-follow-scroll.ts";
import { lazyPart, partsLoaded } from "../ui/lazy-part.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { useStore } from "../ui/use-store.ts";
import { OfflineBanner } from "./offline-banner.tsx";
import { type Starter, Starters } from "./starters.tsx";
import type { SteeringControl } from "./steering.tsx";
import { useAcknowledged } from "./use-acknowledged.ts";
import { useAskedElsewhere } from "./use-asked-elsewhere.ts";
import { type Branch, useBranch } from "./use-branch.ts";
import { useComposerFocus } from "./use-composer-focus.ts";
import { useGone } from "./use-gone.ts";
import { useModelChoice } from "./use-model-choice.ts";
import { useSteers } from "./use-steers.ts";
import { useStopKey } from "./use-stop-key.ts";
import { useTurnActions } from "./use-turn-actions.ts";

const LazyBanner = lazyPart(async () => (await import("./branch-banner.tsx")).BranchBanner);
const LazySteering = lazyPart(async () => (await import("./steering.tsx")).SteeringPanel);
const LazyStatusNotice = lazyPart(async () => (await import("./status-notice.tsx")).StatusNotice);

interface ConversationPageProps {
  live: LiveConversation;
  /** Shown at `/`: its first question gives it an address. */
  isNew: boolean;
  starters: readonly Starter[];
  /** The model that answers, unless another is chosen, and what people see in place of models' names. */
  model: string;
  labels: Readonly<Record<string, string>>;
  /** `model` stands for one whose name the server will know once it was asked. */
  isUnnamed: boolean;
  onMenu(): void;
}

/** One conversation: head, transcript, composer. */
export function ConversationPage(props: ConversationPageProps): ReactElement {
  const { live, isNew, starters, labels, onMenu } = props;
  const conversation = useStore(live);
  const { id, busy, stopping, turns, phase, messages } = conversation;
  const { drafts, maxMessageLength } = useChat();
  const content = useRef<HTMLDivElement>(null);
  const composer = useRef<ComposerControl>(null);
  const [asked, setAsked] = useState<{ key: string }>();
  const { branch, ownKey, draftKey, begin, leave, end } = useBranch(composer, { id, isNew });
  const model = shownModel(conversation, props);
  const { name, note, modelButton, choose } = useModelChoice(live, { ...conversation, model, labels });
  const actions = useTurnActions(live, { composer, modelButton, draftKey: ownKey, begin, onAsked: setAsked });
  const drawn = useDrawnTurns(conversation);
  const scroll = useFollowScroll(content, { conversation, drawn, asked });
  const notice = useConnectionNotice(conversation);
  const isOpen = useOpen(live, busy && !stopping);
  const isElsewhere = useAskedElsewhere(live, conversation, isOpen);
  useAcknowledged(composer, { isNew, id });
  const gone = useGone(live, composer, { isNew, draftKey });
  useComposerFocus(id);
  const title = useListedTitle(id) || pageTitleOf(conversation);
  const steering = useRef<SteeringControl>(null);
  const steers = useSteers(id, busy, (conversation.queue?.questions.length ?? 0) > 0);

  function send(text: string, way: SendWay = "after"): string | undefined {
    const key = branch
      ? live.send(text, undefined, branch.under)
      : (steering.current?.(text, way) ?? live.send(text));
    if (key && branch) end();
    if (key) setAsked({ key });
    return key;
  }

  const hasUnsent = turns.at(-1)?.pending?.state === "not-sent";
  return (
    <ConversationProvider {...{ id, actions, model, notice, isElsewhere, messages }}>
      <main className="page">
        <PageHeader title={title} onMenu={onMenu}>
          <AgentButton current={conversation.agent} onChoose={live.chooseAgent} />
          <ModelButton button={modelButton} current={conversation.model} {...{ name }} onChoose={choose} />
          <InspectLink runId={newestRun(conversation)} />
        </PageHeader>
        <OfflineBanner />
        <div className="flow">
          <div className="column" ref={content}>
            {phase === "ready" && turns.length === 0 && !gone && (
              <Starters starters={starters} onPick={(prompt) => composer.current?.propose(prompt)} />
            )}
            {(phase !== "ready" || gone) && (
              <LazyStatusNotice phase={phase} gone={turns[0] ? undefined : gone} onRenew={actions.renew} />
            )}
            {phase !== "missing" && <Transcript {...{ conversation }} turns={drawn} freshKey={asked?.key} />}
          </div>
        </div>
        <div className="dock">
          <NewLinesPill scroll={scroll} />
          <Composer
            control={composer}
            {...{ drafts, draftKey, sendingKey: ownKey, maxMessageLength, busy, stopping, hasUnsent, note }}
            onSend={send}
            onStop={live.stop}
            above={({ isEmpty, submit }) => (
              <AboveComposer
                {...{ live, branch, leave, steers, steering, composer, submit }}
                canChoose={busy && !isEmpty && !branch}
              />
            )}
          />
        </div>
        <Announcer conversation={conversation} />
      </main>
    </ConversationProvider>
  );
}

interface AboveComposerProps {
  live: LiveConversation;
  branch: Branch | undefined;
  leave(): void;
  steers: boolean;
  steering: RefObject<SteeringControl | null>;
  composer: RefObject<ComposerControl | null>;
  canChoose: boolean;
  submit(way?: SendWay): void;
}

/** Where the next question goes, if not to the end, and what waits for the answer that is being written. */
function AboveComposer(props: AboveComposerProps): ReactElement {
  const { live, branch, leave, steers, steering, composer, canChoose, submit } = props;
  return (
    <>
      {branch && <LazyBanner branch={branch} onLeave={leave} />}
      {steers && (
        <LazySteering
          {...{ live, canChoose }}
          control={steering}
          onChoose={submit}
          onEdit={(text) => composer.current?.fill(text)}
        />
      )}
    </>
  );
}

/** The one that is asked next; where the server chooses and has not said which, the last that it asked. */
const shownModel = ({ model, turns }: ShownConversation, server: ConversationPageProps): string =>
  model ?? (server.isUnnamed ? turns.at(-1)?.answer?.model : undefined) ?? server.model;

/** How long scripts that do not come keep what follows away, ms. */
const maxScriptWaitMs = 5000;

/**
 * Keeps the conversation open while it is shown, and hears the key that stops its answer. False until it is:
 * React takes away what the server rendered of a part that changes before its script is there.
 */
function useOpen(live: LiveConversation, canStop: boolean): boolean {
  useStopKey(live, canStop);
  const [opened, setOpened] = useState<LiveConversation>();
  useEffect(() => {
    let isShown = true;
    const open = () => {
      if (!isShown) return;
      live.open();
      setOpened(live);
    };
    const waited = new Promise<void>((resolve) => setTimeout(resolve, maxScriptWaitMs));
    if (live.getState().phase === "ready") void Promise.race([partsLoaded(), waited]).then(open);
    else open();
    return () => {
      isShown = false;
      live.close();
    };
  }, [live]);
  return opened === live;
}

/** The one that is live, or that wrote last. */
const newestRun = ({ turns }: ShownConversation): string | undefined =>
  turns.at(-1)?.liveRun?.runId ?? turns.at(-1)?.answer?.runId;

const pageTitleOf = ({ title, turns }: ShownConversation): string =>
  title || turns[0]?.text.trim().split("\n", 1)[0] || "";

"use client";

import { type MouseEvent, type ReactElement, type Ref, useEffect, useImperativeHandle } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { joinDrafts } from "#lib/client/join-drafts.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import { otherTabs } from "#lib/client/steering/other-tabs.ts";
import { createSteering, type Steering } from "#lib/client/steering/steering.ts";
import type { SendWay, SteeringMessage } from "#lib/client/steering/steering-state.ts";
import { problemKey } from "../message/error-key.ts";
import { takeWrittenAnswers } from "../message/tools/written-answers.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { useStore } from "../ui/use-store.ts";

/** As `Steering.send`. */
export type SteeringControl = Steering["send"];

interface SteeringPanelProps {
  live: LiveConversation;
  control: Ref<SteeringControl>;
  /** An answer is written, and something is in the field. */
  canChoose: boolean;
  onChoose(way: SendWay): void;
  /** A message is to be edited. */
  onEdit(text: string): void;
}

/** What was written while an answer is, and the ways to send what stands in the field. */
export function SteeringPanel(props: SteeringPanelProps): ReactElement {
  const { live, control, canChoose, onChoose, onEdit } = props;
  const t = useTranslate();
  const steering = steeringOf(live, useChat());
  const { messages } = useStore(steering);
  useEffect(() => steering.open(), [steering]);
  useLeaving(live, steering);
  useImperativeHandle(control, () => steering.send, [steering]);
  return (
    <>
      {messages.length > 0 && (
        <ol className="steering" aria-label={t("steering.label")} aria-live="polite">
          {messages.map((message, at) => (
            <MessageLine
              key={message.id}
              {...{ message }}
              isFirst={at === 0}
              onResend={() => steering.resend(message.id)}
              onHurry={() => steering.hurry(message.id)}
              onEdit={() => onEdit(steering.discard(message.id))}
              onDiscard={() => void steering.discard(message.id)}
            />
          ))}
        </ol>
      )}
      {canChoose && (
        <fieldset className="ways">
          <legend className="sr-only">{t("steering.ways")}</legend>
          {ways.map(({ way, icon }) => (
            <button key={way} type="button" className="btn line" onClick={() => onChoose(way)}>
              <Icon name={icon} />
              {t(`steering.${way}`)}
            </button>
          ))}
        </fieldset>
      )}
    </>
  );
}

const ways: readonly { way: SendWay; icon: IconName }[] = [
  { way: "into", icon: "hand" },
  { way: "after", icon: "enter" },
  { way: "stop", icon: "stop" },
];

/**
 * In a conversation that is gone nothing is asked, and nobody waits for an answer: what the server has not
 * got of all that goes along into a new one.
 */
function useLeaving(live: LiveConversation, steering: Steering): void {
  const { chat, drafts } = useChat();
  useEffect(() => {
    let hasLeft = false;
    const look = () => {
      const { id, phase, turns } = live.getState();
      const newest = turns.at(-1);
      const isGone = phase === "missing" || chat.getState().deleted.some((each) => each.id === id);
      // As for the draft (use-gone.ts), the server may take the question yet.
      if (!isGone || hasLeft || newest?.pending?.state === "sending") return;
      hasLeft = true;
      const onTheirWay = steering.getState().messages.filter(isOnItsWay);
      const written = newest?.answer ? takeWrittenAnswers(() => sessionStorage, newest.answer) : [];
      const texts = [...onTheirWay.map(({ text }) => text), ...written];
      // The draft goes along with all that waits: it has gone already, or takes this along.
      if (texts.length > 0 && location.pathname === "/") drafts.carry(id, joinDrafts(texts));
      else if (texts.length > 0) drafts.sending(id, "written", joinDrafts(texts));
      queueMicrotask(steering.leave);
      // What is written on goes there.
      if (document.activeElement?.matches("article :is(input, textarea)"))
        document.getElementById("composer")?.focus();
    };
    const unsubscribe = [live.subscribe(look), chat.subscribe(look), drafts.onForgotten(steering.leave)];
    look();
    return () => {
      for (const end of unsubscribe) end();
    };
  }, [live, steering, chat, drafts]);
}

/** Into a run, which may not have got it. */
const isOnItsWay = (message: SteeringMessage): boolean =>
  message.way === "into" && message.state === "sending";

interface MessageLineProps {
  message: SteeringMessage;
  isFirst: boolean;
  onResend(): void;
  onHurry(): void;
  onEdit(): void;
  onDiscard(): void;
}

/** A message, what becomes of it, and what can be done as long as that is nothing yet. */
function MessageLine(props: MessageLineProps): ReactElement {
  const { message, onResend, onHurry, onEdit, onDiscard } = props;
  const t = useTranslate();
  const { maxMessageLength } = useChat();
  const isUnsent = message.way === "into" && message.state === "not-sent";
  return (
    <li className={isUnsent ? "err" : undefined}>
      <span className="what" dir="auto">
        {showHidden(message.text)}
      </span>
      <span className="fate">{fate()}</span>
      {(isUnsent || message.way === "after") && (
        <span className="acts">
          {isUnsent ? (
            <button type="button" className="btn" onClick={onResend}>
              {t("action.retry")}
            </button>
          ) : (
            <button type="button" className="btn" onClick={leavingBy(onHurry)}>
              {t("steering.now")}
            </button>
          )}
          <button
            type="button"
            className="btn icon"
            aria-label={t("action.edit")}
            onClick={leavingBy(onEdit)}
          >
            <Icon name="edit" />
          </button>
          <button
            type="button"
            className="btn icon"
            aria-label={t("steering.remove")}
            onClick={leavingBy(onDiscard)}
          >
            <Icon name="close" />
          </button>
        </span>
      )}
    </li>
  );

  function fate(): string {
    if (message.way === "after") return t("steering.queued");
    if (message.state !== "not-sent") return t(`steering.${message.state}`);
    return t(problemKey(message.problem?.code ?? ""), { max: grouped(maxMessageLength) });
  }
}

/** Of a button whose line goes: the focus is at the same one of the next line before, or in the field. */
const leavingBy =
  (act: () => void) =>
  ({ currentTarget }: MouseEvent<HTMLElement>): void => {
    const line = currentTarget.closest("li");
    const at = [...(line?.querySelectorAll("button") ?? [])].findIndex((each) => each === currentTarget);
    const next = line?.nextElementSibling ?? line?.previousElementSibling;
    const target = next?.querySelectorAll("button")[at] ?? document.getElementById("composer");
    target?.focus({ preventScroll: true });
    act();
  };

/** Each conversation's, for as long as the page lives: also while another one is shown. */
const steeringByConversation = new WeakMap<LiveConversation, Steering>();

function steeringOf(
  live: LiveConversation,
  { environment, drafts }: Pick<ReturnType<typeof useChat>, "environment" | "drafts">,
): Steering {
  const known = steeringByConversation.get(live);
  if (known) return known;
  const { id } = live.getState();
  /** Messages that wait, and are kept as drafts are: another page has them once this tab is gone. */
  const drafted = new Set<string>();
  const steering = createSteering({
    ...{ live, environment },
    storage: () => window.sessionStorage,
    otherTabs: otherTabs(id),
    onAsked(runId, text) {
      drafted.delete(runId);
      drafts.sending(id, runId, text);
    },
    onQueued(messages) {
      const kept = new Set(messages.map((each) => each.id));
      for (const each of drafted) if (!kept.has(each) && drafted.delete(each)) drafts.sent(each);
      for (const each of messages) if (!drafted.has(each.id)) drafts.sending(id, each.id, each.text);
      for (const each of kept) drafted.add(each);
    },
  });
  steeringByConversation.set(live, steering);
  return steering;
}

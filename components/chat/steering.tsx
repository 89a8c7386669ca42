"use client";

import { type ReactElement, type Ref, useEffect, useImperativeHandle } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { joinDrafts } from "#lib/client/join-drafts.ts";
import { otherTabs } from "#lib/client/steering/other-tabs.ts";
import { createSteering, type Steering } from "#lib/client/steering/steering.ts";
import type { SendWay, SteeringMessage } from "#lib/client/steering/steering-state.ts";
import { takeWrittenAnswers } from "../message/tools/written-answers.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { useStore } from "../ui/use-store.ts";
import { leavingBy, MessageLine, ProblemWords, QuestionLine } from "./steering-lines.tsx";
import { rememberAsked } from "./use-asked-elsewhere.ts";

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
  const { messages, queue, starting, unchanged, liveRunId } = useStore(steering);
  const questions = queue?.questions ?? [];
  const sent = messages.filter(({ way }) => way === "into");
  const unqueued = messages.filter(({ way }) => way === "after");
  const pausedBy = questions.length > 0 ? queue?.pausedBy : undefined;
  useEffect(() => steering.open(), [steering]);
  useLeaving(live, steering);
  useImperativeHandle(control, () => steering.send, [steering]);
  return (
    <>
      {pausedBy && (
        <div className="paused" aria-live="polite">
          <span>
            {unchanged?.id === "" ? (
              <ProblemWords problem={unchanged.problem} />
            ) : (
              t(`steering.pausedBy.${pausedBy}`)
            )}
          </span>
          <button type="button" className="btn line" onClick={leavingBy(steering.resume)}>
            {t("steering.resume")}
          </button>
        </div>
      )}
      {messages.length + questions.length > 0 || starting ? (
        <ol className="steering" aria-label={t("steering.label")} aria-live="polite">
          {sent.map(line)}
          {starting && <QuestionLine key={starting.id} question={starting} fate="steering.starting" />}
          {questions.map((question, at) => (
            <QuestionLine
              key={question.id}
              {...{ question }}
              fate={
                question.isSteered ? "steering.recorded" : pausedBy || at > 0 ? undefined : "steering.queued"
              }
              problem={unchanged?.id === question.id ? unchanged.problem : undefined}
              acts={
                question.isSteered
                  ? undefined
                  : {
                      onHurry: () => steering.hurry(question.id),
                      onSteer: liveRunId === undefined ? undefined : () => steering.steer(question.id),
                      onUp: at === 0 ? undefined : () => steering.move(question.id, "up"),
                      onDown:
                        at === questions.length - 1 ? undefined : () => steering.move(question.id, "down"),
                      onEdit: () => steering.take(question.id, onEdit),
                      onRemove: () => steering.take(question.id),
                    }
              }
            />
          ))}
          {unqueued.map(line)}
        </ol>
      ) : null}
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

  function line(message: SteeringMessage): ReactElement {
    return (
      <MessageLine
        key={message.id}
        {...{ message }}
        onResend={() => steering.resend(message.id)}
        onEdit={() => steering.take(message.id, onEdit)}
        onDiscard={() => steering.take(message.id)}
      />
    );
  }
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
      const { messages, queue } = steering.getState();
      const onTheirWay = messages.filter(isOnItsWay);
      // The queue goes with the conversation: where that was deleted elsewhere, nobody here meant it.
      const queued = phase === "missing" ? (queue?.questions ?? []) : [];
      const written = newest?.answer ? takeWrittenAnswers(() => sessionStorage, newest.answer) : [];
      const texts = [...[...onTheirWay, ...queued].map(({ text }) => text), ...written];
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
    onWritten: rememberAsked,
    onTaking: (questionId, text) => drafts.sending(id, questionId, text),
    onTaken: (questionId) => drafts.sent(questionId),
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

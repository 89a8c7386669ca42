import type { UnreadMessage } from "../../protocol/conversation-view.ts";
import type { LiveConversation } from "../conversation/live-conversation.ts";
import type { ShownConversation } from "../conversation/shown-conversation.ts";
import type { ClientEnvironment } from "../environment.ts";
import { fetchJson } from "../fetch-json.ts";
import { createStore } from "../store.ts";
import { keepSteering, readSteering } from "./kept-messages.ts";
import type { OtherTabs } from "./other-tabs.ts";
import type { MessageFate, SeenConversation, SteeringEffect } from "./steering-action.ts";
import { noSteering, type SendWay, type SteeringMessage, type SteeringState } from "./steering-state.ts";
import { steeringTransition } from "./steering-transition.ts";

/** What is written in one conversation while an answer is: sent into the run, or asked after it. */
export interface Steering {
  getState(): SteeringState;
  subscribe(changed: () => void): () => void;
  /**
   * Takes a message while an answer is written. The id of the run that answers it, "" for one that is kept
   * here; undefined: nothing is in its way, and it is for the conversation to send.
   */
  send(text: string, way: SendWay): string | undefined;
  resend(id: string): void;
  /** Stops the answer, and asks this first. */
  hurry(id: string): void;
  /** Drops a message. Returns its text, so that it can be edited. */
  discard(id: string): string;
  /** Drops all messages: their conversation is gone. Asks none of them. */
  leave(): void;
  /** Goes on with what is here, and as the conversation goes on. Returns the function that ends that. */
  open(): () => void;
}

/** How often a page that follows an answer looks for what others have said into it, ms. */
const unreadMs = 5000;

export interface SteeringOptions {
  live: Pick<LiveConversation, "getState" | "subscribe" | "send" | "stop" | "refresh">;
  environment: Pick<ClientEnvironment, "fetch" | "pause" | "newId" | "isVisible">;
  /** That of one tab: two tabs never ask the same. */
  storage(): Storage;
  /** The other tabs of this browser; absent: they are not told, and find out by themselves. */
  otherTabs?: OtherTabs;
  /**
   * All that waits here to be asked or sent by hand, whenever that changes: it is to be kept where it
   * outlives the tab, and where that storage refuses it.
   */
  onQueued(messages: readonly SteeringMessage[]): void;
  /** A message is on its way as a question, under that run. */
  onAsked(runId: string, text: string): void;
}

export function createSteering(options: SteeringOptions): Steering {
  const { live, environment } = options;
  const { id: conversationId } = live.getState();
  const kept = readSteering(options.storage, conversationId);
  let closing = new AbortController();
  let isReading = false;
  /** What is waited for, ms by message: while the conversation is left, that goes on waiting. */
  const waits = new Map<string, number>();
  const machine = createStore(steeringTransition, { ...noSteering, messages: kept }, run);
  const { dispatch } = machine;

  async function post({ runId, id, text }: Extract<SteeringEffect, { type: "post-message" }>): Promise<void> {
    const request = { method: "POST", body: { id, text } };
    const url = `/api/runs/${runId}/messages`;
    const result = await fetchJson<{ state: MessageFate }>(environment.fetch, url, request);
    if ("value" in result) {
      dispatch({ type: "answered", id, fate: result.value.state });
      options.otherTabs?.announce();
    } else if (result.problem.code === "run_over") dispatch({ type: "answered", id, fate: "over" });
    else dispatch({ type: "failed", id, problem: result.problem });
  }

  async function wait(id: string, ms: number): Promise<void> {
    const { signal } = closing;
    waits.set(id, ms);
    await environment.pause(ms, signal);
    if (signal.aborted) return;
    waits.delete(id);
    dispatch({ type: "wait-ended", id });
  }

  function keep(messages: readonly SteeringMessage[]): void {
    keepSteering(options.storage, conversationId, messages);
    // What goes into a run is the server's in a moment, and would be said twice; what was refused is not.
    options.onQueued(messages.filter((each) => each.way === "after" || each.state === "not-sent"));
  }

  if (kept.length > 0) {
    // Also those that were refused, and are sent again now: they are the server's in a moment.
    options.onQueued(kept);
    keep(kept);
  }

  function run(effect: SteeringEffect): void {
    switch (effect.type) {
      case "post-message":
        return void post(effect);
      case "wait":
        return void wait(effect.id, effect.ms);
      case "ask":
        live.send(effect.text, effect.id);
        return options.onAsked(effect.id, effect.text);
      case "stop":
        return live.stop();
      case "refresh":
        return live.refresh();
      case "keep":
        return keep(effect.messages);
      default:
        return effect satisfies never;
    }
  }

  function send(text: string, way: SendWay): string | undefined {
    const before = live.getState();
    const { messages } = machine.getState();
    if (!before.busy && messages.length === 0) return undefined;
    if (way === "stop") live.stop();
    // The stopped run leaves nothing that could be the next question before this one.
    if (live.getState().stopping && messages.length === 0) return live.send(text);
    const runId = way === "into" && !before.stopping ? liveRunIdOf(before) : undefined;
    const id = environment.newId();
    dispatch({ type: "conversation-changed", conversation: seenIn(live.getState()) });
    const isFirst = way === "stop";
    dispatch({
      type: "written",
      id,
      text,
      ...(runId !== undefined && { runId }),
      ...(isFirst && { isFirst }),
    });
    return "";
  }

  function note(): void {
    if (machine.getState().messages.length === 0) return;
    dispatch({ type: "conversation-changed", conversation: seenIn(live.getState()) });
  }

  /** What other pages have said into the run that is written; its log has that only once it takes it. */
  async function readUnread({ signal }: AbortController): Promise<void> {
    const runId = knownRunIdOf(live.getState());
    if (isReading || runId === undefined) return;
    isReading = true;
    const url = `/api/runs/${runId}/messages`;
    const read = await fetchJson<{ messages: UnreadMessage[] }>(environment.fetch, url, { signal });
    isReading = false;
    if (signal.aborted || !("value" in read) || read.value.messages.length === 0) return;
    dispatch({ type: "conversation-changed", conversation: seenIn(live.getState()) });
    dispatch({ type: "unread-read", runId, unread: read.value.messages });
    // The run may have taken one of them meanwhile.
    note();
  }

  /** At once, whenever the page is looked at, and as long as an answer is written from time to time. */
  async function watchUnread(opened: AbortController): Promise<void> {
    while (!opened.signal.aborted) {
      if (environment.isVisible()) await readUnread(opened);
      await environment.pause(unreadMs, opened.signal);
    }
  }

  return {
    getState: machine.getState,
    subscribe: machine.subscribe,
    send,
    resend: (id) => dispatch({ type: "resent", id }),
    hurry: (id) => dispatch({ type: "hurried", id }),
    discard(id) {
      const text = machine.getState().messages.find((each) => each.id === id)?.text ?? "";
      dispatch({ type: "discarded", id });
      return text;
    },
    leave: () => dispatch({ type: "left" }),
    open() {
      closing = new AbortController();
      const unsubscribe = live.subscribe(note);
      note();
      const opened = closing;
      void watchUnread(opened);
      options.otherTabs?.onAnnounced(() => void readUnread(opened), opened.signal);
      for (const [id, ms] of waits) void wait(id, ms);
      return () => {
        unsubscribe();
        closing.abort();
      };
    },
  };
}

/** Turns at the end of a conversation in which a message of its live answer can stand. */
const newestTurns = 3;

function seenIn(conversation: ShownConversation): SeenConversation {
  const { turns, busy, phase, rest } = conversation;
  const newest = turns.slice(-newestTurns);
  const steered = newest
    .flatMap(({ answer }) => answer?.parts ?? [])
    .flatMap((part) => (part.type === "steered" ? [part.messageId] : []));
  return {
    liveRunId: liveRunIdOf(conversation),
    mayAsk: !busy && phase === "ready" && rest === undefined && turns.at(-1)?.pending === undefined,
    seen: new Set([...steered, ...newest.flatMap(({ key, sentInto = key }) => [key, sentInto])]),
  };
}

type TurnsOfPage = Pick<ShownConversation, "turns" | "busy">;

/** The run of a question that is on its way is named already. */
const liveRunIdOf = (shown: TurnsOfPage): string | undefined =>
  shown.busy ? (knownRunIdOf(shown) ?? shown.turns.at(-1)?.pending?.runId) : undefined;

/** The server has it. */
const knownRunIdOf = ({ turns, busy }: TurnsOfPage): string | undefined =>
  busy ? turns.findLast(({ liveRun }) => liveRun)?.liveRun?.runId : undefined;

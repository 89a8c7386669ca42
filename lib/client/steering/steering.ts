import type { UnreadMessage } from "../../protocol/conversation-view.ts";
import { defaultAgent } from "../../protocol/default-agent.ts";
import type { LiveConversation } from "../conversation/live-conversation.ts";
import type { ShownConversation } from "../conversation/shown-conversation.ts";
import type { ClientEnvironment } from "../environment.ts";
import { fetchJson, type JsonResult } from "../fetch-json.ts";
import { mayHaveArrived } from "../problem.ts";
import { createStore } from "../store.ts";
import { keepSteering, readSteering } from "./kept-messages.ts";
import type { OtherTabs } from "./other-tabs.ts";
import type { MessageFate, QueueAnswer, SeenConversation, SteeringEffect } from "./steering-action.ts";
import {
  asksByItself,
  mayWaitThere,
  noSteering,
  type SendWay,
  type SteeringMessage,
  type SteeringState,
} from "./steering-state.ts";
import { steeringTransition } from "./steering-transition.ts";

/** What is written in one conversation while an answer is: sent into the run, or queued behind it. */
export interface Steering {
  getState(): SteeringState;
  subscribe(changed: () => void): () => void;
  /**
   * Takes a message while an answer is written. The id of the run that answers it, "" for one that is kept
   * here; undefined: nothing is in its way, and it is for the conversation to send.
   */
  send(text: string, way: SendWay): string | undefined;
  resend(id: string): void;
  /** Stops the answer, and asks this question of the queue next. */
  hurry(id: string): void;
  /** Says this question of the queue into the answer that is written. */
  steer(id: string): void;
  /** Moves this question of the queue in front of the one before it, or behind the one after it. */
  move(id: string, to: "up" | "down"): void;
  /** Lets a paused queue go on. */
  resume(): void;
  /** Drops a message, or takes it out of the queue. `give` is given its text, unless it was asked already. */
  take(id: string, give?: (text: string) => void): void;
  /** Drops all messages: their conversation is gone. Asks none of them. */
  leave(): void;
  /** Goes on with what is here, and as the conversation goes on. Returns the function that ends that. */
  open(): () => void;
}

/** How often a page that follows an answer looks for what others have said into it, ms. */
const unreadMs = 5000;
/** How soon a page looks for the run of the next question: at first, and at last, ms. */
const [firstNextMs, lastNextMs] = [80, 3000];
/** How often a change of the queue is asked for where no answer comes. */
const changeAttempts = 4;

/** Where it is to wait there is no stream. */
const acceptJson = { "content-type": "application/json", accept: "application/json" } as const;

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
  /** A message was written, under that id. */
  onWritten?(id: string): void;
  /** A text leaves the queue for the page; and that it is there, or was not to be had. */
  onTaking?(id: string, text: string): void;
  onTaken?(id: string): void;
}

export function createSteering(options: SteeringOptions): Steering {
  const { live, environment } = options;
  const { id: conversationId } = live.getState();
  const kept = readSteering(options.storage, conversationId);
  let closing = new AbortController();
  let isReading = false;
  let isWatchingNext = false;
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

  /** Lets a message wait in the queue of the server. */
  async function postQuestion({
    id,
    text,
    isNext,
    instead,
  }: Extract<SteeringEffect, { type: "post-question" }>): Promise<void> {
    const { model, agent } = live.getState();
    const body = {
      ...{ runId: id, message: { text }, queue: isNext ? "now" : true },
      ...(instead !== undefined && { stop: instead }),
      ...(model !== undefined && { model }),
      ...(agent !== defaultAgent && { agent }),
    };
    const result = await fetchJson<Partial<QueueAnswer>>(
      (url, init) => environment.fetch(url, { ...init, headers: acceptJson }),
      `/api/conversations/${conversationId}/runs`,
      { method: "POST", body },
    );
    if (!("value" in result)) return dispatch({ type: "failed", id, problem: result.problem });
    const { queue } = result.value;
    if (queue) dispatch({ type: "queue-read", answer: { queue } });
    // Nothing was before it: it is asked.
    else live.refresh();
    dispatch({ type: "answered", id, fate: "queued" });
    // The answer before it may have ended meanwhile.
    void watchNext();
    options.otherTabs?.announce();
  }

  /** The same change again is the same: it is asked for until there is an answer. */
  async function change(id: string, body: object): Promise<JsonResult<QueueAnswer>> {
    dispatch({ type: "change-begun" });
    const url = `/api/conversations/${conversationId}/queue`;
    for (let attempt = 1; ; attempt += 1) {
      const result = await fetchJson<QueueAnswer>(environment.fetch, url, { method: "POST", body });
      if ("value" in result) {
        options.otherTabs?.announce();
        return result;
      }
      if (attempt >= changeAttempts || !mayHaveArrived(result.problem)) {
        dispatch({ type: "change-failed", id, problem: result.problem });
        return result;
      }
      await environment.pause(250 * 2 ** attempt, closing.signal);
    }
  }

  const changeAndRead = async (id: string, body: object): Promise<JsonResult<QueueAnswer>> => {
    const result = await change(id, body);
    if ("value" in result) noteAnswer(result.value);
    return result;
  };

  function noteAnswer(answer: QueueAnswer): void {
    dispatch({ type: "conversation-changed", conversation: seenIn(live.getState()) });
    dispatch({ type: "queue-read", answer });
    void watchNext();
  }

  async function readQueue(): Promise<void> {
    const { signal } = closing;
    const url = `/api/conversations/${conversationId}/queue`;
    const read = await fetchJson<QueueAnswer>(environment.fetch, url, { signal });
    if (!signal.aborted && "value" in read) noteAnswer(read.value);
  }

  /** Between two answers the server is ahead of the page: it looks until it knows which run is next. */
  async function watchNext(): Promise<void> {
    const { signal } = closing;
    const isDue = () => {
      const state = machine.getState();
      return state.liveRunId === undefined && (asksByItself(state) || state.starting !== undefined);
    };
    if (isWatchingNext || !isDue()) return;
    isWatchingNext = true;
    for (let ms = firstNextMs; isDue() && !signal.aborted; ms = Math.min(lastNextMs, ms * 2)) {
      await environment.pause(ms, signal);
      if (isDue() && !signal.aborted && environment.isVisible()) await readQueue();
    }
    isWatchingNext = false;
    // Another visit may have begun meanwhile.
    if (signal !== closing.signal) void watchNext();
  }

  /** The one of the queue, and those beside it. */
  const questionsOf = () => machine.getState().queue?.questions ?? [];

  async function steer(id: string): Promise<void> {
    const runId = knownRunIdOf(live.getState());
    const text = questionsOf().find((each) => each.id === id)?.text;
    if (runId === undefined || text === undefined) return;
    const result = await change(id, { steer: id, runId });
    if (!("value" in result)) return;
    const answer = result.value;
    const isSteered = answer.activeRunId === runId && !answer.queue.questions.some((each) => each.id === id);
    if (isSteered) dispatch({ type: "unread-read", runId, unread: [{ messageId: id, text }] });
    noteAnswer(answer);
    // The run may have taken it already.
    note();
  }

  async function takeFromQueue(id: string, text: string, give: (text: string) => void): Promise<void> {
    options.onTaking?.(id, text);
    const result = await changeAndRead(id, { remove: id });
    const fate = "value" in result ? result.value.fate : undefined;
    if (fate === "removed") give(text);
    // Without an answer it may be nowhere else.
    if ("value" in result || !mayHaveArrived(result.problem)) options.onTaken?.(id);
  }

  /** The server says whether it has one of which no answer came; one that comes there later is not asked. */
  async function takeUnanswered(id: string, text: string, give: (text: string) => void): Promise<void> {
    const result = await changeAndRead(id, { remove: id });
    const isGone = "problem" in result && result.problem.status === 404;
    if (!("value" in result || isGone)) return;
    const isAsked = "value" in result && (result.value.fate ?? "removed") !== "removed";
    if (isAsked) live.refresh();
    dispatch({ type: "discarded", id });
    if (!isAsked) give(text);
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
    // What goes into a run is the server's in a moment, and would be said twice; what was refused is not, and
    // what is to be asked has no run by which another page could find it.
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
      case "post-question":
        return void postQuestion(effect);
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
    const state = machine.getState();
    const hasMessages = state.messages.length > 0;
    if (!before.busy && !hasMessages && !asksByItself(state) && !state.starting) return undefined;
    if (way === "stop") live.stop();
    // The stopped run leaves nothing that could be the next question before this one, and pauses the queue.
    const isAlone = !hasMessages && (way !== "stop" || questionsOf().length === 0);
    if (live.getState().stopping && isAlone) return live.send(text);
    const runId = way === "into" && !before.stopping ? liveRunIdOf(before) : undefined;
    const id = environment.newId();
    options.onWritten?.(id);
    dispatch({ type: "conversation-changed", conversation: seenIn(live.getState()) });
    dispatch({
      type: "written",
      id,
      text,
      ...(runId !== undefined && { runId }),
      ...(way === "stop" && { isNext: true, instead: liveRunIdOf(before) ?? null }),
    });
    return "";
  }

  function note(): void {
    const { messages, starting, queue } = machine.getState();
    const shown = live.getState();
    const isNewer = (shown.queue?.version ?? 0) > (queue?.version ?? 0);
    if (messages.length + questionsOf().length === 0 && !starting && !isNewer) return;
    dispatch({ type: "conversation-changed", conversation: seenIn(shown) });
    void watchNext();
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
    for (let round = 0; !opened.signal.aborted; round += 1) {
      if (environment.isVisible()) await readUnread(opened);
      // A snapshot has brought the queue; while an answer is followed there are none.
      if (round % 2 === 1 && environment.isVisible() && live.getState().busy) await readQueue();
      await environment.pause(unreadMs, opened.signal);
    }
  }

  return {
    getState: machine.getState,
    subscribe: machine.subscribe,
    send,
    resend: (id) => dispatch({ type: "resent", id }),
    hurry(id) {
      const runId = knownRunIdOf(live.getState());
      live.stop();
      void changeAndRead(id, { now: id, ...(runId !== undefined && { stop: runId }) });
    },
    steer: (id) => void steer(id),
    move(id, to) {
      const questions = questionsOf();
      const at = questions.findIndex((each) => each.id === id);
      const before = to === "up" ? questions[at - 1] : questions[at + 2];
      if (at < 0 || (to === "up" ? at === 0 : at === questions.length - 1)) return;
      void changeAndRead(id, { move: id, before: before?.id ?? null });
    },
    resume: () => void changeAndRead("", { resume: true }),
    take(id, give = () => undefined) {
      const message = machine.getState().messages.find((each) => each.id === id);
      const queued = questionsOf().find((each) => each.id === id);
      if (queued) return void takeFromQueue(id, queued.text, give);
      if (message && mayWaitThere(machine.getState(), message))
        return void takeUnanswered(id, message.text, give);
      dispatch({ type: "discarded", id });
      if (message) give(message.text);
    },
    leave: () => dispatch({ type: "left" }),
    open() {
      closing = new AbortController();
      const unsubscribe = live.subscribe(note);
      note();
      const opened = closing;
      void watchUnread(opened);
      options.otherTabs?.onAnnounced(() => {
        void readUnread(opened);
        void readQueue();
      }, opened.signal);
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
  const { turns, queue } = conversation;
  const newest = turns.slice(-newestTurns);
  const steered = newest
    .flatMap(({ answer }) => answer?.parts ?? [])
    .flatMap((part) => (part.type === "steered" ? [part.messageId] : []));
  return {
    liveRunId: liveRunIdOf(conversation),
    isKnown: turns.at(-1)?.pending === undefined || turns.at(-1)?.pending?.state === "accepted",
    queue,
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

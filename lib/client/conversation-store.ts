import type { ConversationView } from "../protocol/conversation-view.ts";
import type { Message } from "../protocol/message.ts";
import { emptyRun, type RunState } from "../protocol/run-state.ts";
import { shownPath } from "../protocol/shown-path.ts";
import type { ConversationState, ConversationStore, ConversationStoreOptions } from "./conversation-state.ts";
import type { Presence } from "./environment.ts";
import type { FollowResult } from "./follow-log.ts";
import type { Problem } from "./problem.ts";
import { getConversation, postRun, postStop, type RunBody } from "./requests.ts";
import { createRunFollower } from "./run-follower.ts";
import { keepTurns, type PendingMessage, turnsOf, withRunMessages } from "./turns.ts";

/** A page that follows nothing looks for runs started elsewhere this often while it is seen (protocol §4). */
const pollMs = 10_000;
/** A hidden page lets its stream go after this long: browsers allow about six connections an origin. */
const hiddenMs = 5_000;
/** Between two tries of a stop that got no answer. */
const stopAgainMs = 250;
/** Before the log is tried again when the snapshot could not be had. */
const snapshotAgainMs = 1000;
const stopTries = 120;
const never = new AbortController().signal;

export type { ConversationState, ConversationStore } from "./conversation-state.ts";

/** One conversation in the browser; all it shows is a fold of what the server has stored. */
export function createConversationStore(options: ConversationStoreOptions): ConversationStore {
  const { environment, id } = options;
  const listeners = new Set<() => void>();
  let messages: readonly Message[] = options.view?.messages ?? [];
  let title = options.view?.conversation.title ?? "";
  let run: RunState | undefined = options.view?.activeRun?.state;
  let asking: PendingMessage | undefined;
  /** A question that was sent right after Stop: it goes out once the stopped run is over. */
  let waiting: PendingMessage | undefined;
  /** The request of `asking`: the same again while it is not known whether the server has it. */
  let body: RunBody | undefined;
  let stopping: string | undefined;
  /** Runs of which the store has less than was shown here. */
  let truncatedRuns: ReadonlySet<string> = new Set();
  let phase: ConversationState["phase"] = options.view === undefined ? "loading" : "ready";
  let opened: AbortController | undefined;
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let scheduled = false;
  const follower = createRunFollower({
    environment,
    onState(state) {
      run = state;
      publishSoon();
    },
    onLine: publishSoon,
    onEnd: endFollowing,
  });
  let published = read([]);

  function read(before: ConversationState["turns"]): ConversationState {
    const live = isLive();
    return {
      id,
      title,
      turns: keepTurns(before, turnsOf(messages, run, asking, waiting, truncatedRuns)),
      busy: live,
      stopping: live && stopping !== undefined,
      connection: follower.line,
      ...(follower.reconnectedAfterMs !== undefined && { reconnectedAfterMs: follower.reconnectedAfterMs }),
      durability: follower.saving,
      phase,
    };
  }

  function isLive(): boolean {
    // Whoever was logged out elsewhere can neither watch nor stop what is being written.
    if (phase === "no-session") return false;
    return (
      (run !== undefined && run.ending === undefined) || (asking !== undefined && asking.state !== "not-sent")
    );
  }

  function publish(): void {
    published = read(published.turns);
    for (const changed of listeners) changed();
  }

  /** At most one commit a frame, however many deltas come. */
  function publishSoon(): void {
    if (scheduled) return;
    scheduled = true;
    environment.frame(() => {
      scheduled = false;
      publish();
    });
  }

  function send(text: string): string | undefined {
    const next: PendingMessage = { runId: environment.newId(), text, at: Date.now(), state: "sending" };
    if (!isLive()) return ask(next);
    // A send right after Stop waits for the terminal event; any other has to wait for the person.
    if (stopping === undefined || waiting) return undefined;
    waiting = next;
    publish();
    return next.runId;
  }

  function retry(): void {
    const last = published.turns.at(-1);
    if (isLive() || !last?.answer) return;
    ask({
      runId: environment.newId(),
      text: null,
      retry: last.answer.runId,
      at: Date.now(),
      state: "sending",
    });
  }

  function continueAnswer(): void {
    const answer = published.turns.at(-1)?.answer;
    if (isLive() || !answer) return;
    ask({ runId: environment.newId(), text: null, continue: answer.runId, at: Date.now(), state: "sending" });
  }

  function ask(next: PendingMessage): string {
    asking = next;
    body = undefined;
    start();
    publish();
    return next.runId;
  }

  function start(): void {
    const asked = asking;
    if (asked?.state !== "sending") return;
    const request = (body ??= bodyOf(asked));
    follower.follow(emptyRun(asked.runId), {
      send: (signal) => postRun(environment, id, request, signal),
      onAcknowledged() {
        if (asking?.runId === asked.runId) asking = { ...asking, state: "accepted" };
        options.onAcknowledged?.(asked.runId);
        if (!opened) follower.leave();
        publishSoon();
      },
    });
  }

  function bodyOf({ runId, text, retry: retried, continue: continued }: PendingMessage): RunBody {
    if (continued !== undefined) return { runId, continue: continued };
    if (text === null) return { runId, retry: retried ?? "" };
    return { runId, message: { text }, parentMessageId: shownPath(messages).at(-1)?.id ?? null };
  }

  function resend(): void {
    if (asking?.state !== "not-sent") return;
    // Refused: the server has nothing of it, so it may be asked anew. No answer: it may have it, so the same
    // again.
    if (asking.problem?.status !== 0) body = undefined;
    const { problem: _, ...rest } = asking;
    asking = { ...rest, state: "sending" };
    start();
    publish();
  }

  function discard(): string {
    if (asking?.state !== "not-sent") return "";
    const text = asking.text ?? "";
    asking = waiting;
    waiting = undefined;
    start();
    publish();
    return text;
  }

  function endFollowing(followed: Exclude<FollowResult, { kind: "closed" }>): void {
    run = followed.state;
    if (followed.kind === "refused") endRefused(followed.problem);
    else if (followed.kind === "ended") settle();
    else void takeSnapshot();
    publishSoon();
  }

  /** The run is over: its message joins the saved ones, and what waited for it goes out. */
  function settle(): void {
    messages = withRunMessages(messages, run, asking);
    if (title === "" && asking?.text) title = asking.text;
    run = undefined;
    stopping = undefined;
    asking = waiting;
    waiting = undefined;
    body = undefined;
    start();
    options.onListChange?.();
  }

  function endRefused(problem: Problem): void {
    stopping = undefined;
    if (asking?.state !== "sending") {
      phase = problem.status === 401 ? "no-session" : "missing";
      return;
    }
    run = undefined;
    asking = { ...asking, state: "not-sent", problem };
    if (problem.code === "conversation_busy" || problem.code === "stale_parent") void refresh();
  }

  async function takeSnapshot(): Promise<void> {
    const before = run;
    const shown = before && textOf(before.runId);
    run = undefined;
    await refresh();
    // The store could not be asked: what was shown stays, and the log is tried again.
    if (run === undefined && before && !messages.some((message) => message.id === before.messageId)) {
      run = before;
      await environment.pause(snapshotAgainMs, never);
      if (follower.runId === undefined) follower.follow(before);
    }
    if (before && !textOf(before.runId).startsWith(shown ?? ""))
      truncatedRuns = new Set([...truncatedRuns, before.runId]);
    if (run === undefined) settle();
    publishSoon();
  }

  function textOf(runId: string): string {
    const turns = turnsOf(messages, run, asking, waiting);
    const parts = turns.findLast(({ answer }) => answer?.runId === runId)?.answer?.parts ?? [];
    return parts.flatMap((part) => ("text" in part ? [part.text] : [])).join("");
  }

  async function refresh(): Promise<void> {
    const answered = await getConversation(environment, id);
    if ("value" in answered) apply(answered.value);
    else if (answered.problem.status === 401) phase = "no-session";
    else if (answered.problem.status === 404 && (phase === "loading" || messages.length > 0))
      phase = "missing";
    publishSoon();
  }

  function apply(view: ConversationView): void {
    phase = "ready";
    title = view.conversation.title;
    messages = mergeMessages(messages, view.messages);
    const live = view.activeRun;
    if (!live || follower.runId !== undefined) return;
    run = run?.runId === live.runId && run.seq >= live.seq ? run : live.state;
    follower.follow(run);
  }

  function stop(): void {
    const runId = run && !run.ending ? run.runId : asking?.runId;
    if (!isLive() || stopping !== undefined || runId === undefined) return;
    stopping = runId;
    publish();
    void askToStop(runId);
  }

  /** Until the server has heard it or the run is over: a start under way may not be known to it yet. */
  async function askToStop(runId: string): Promise<void> {
    for (let tries = 0; tries < stopTries && stopping === runId; tries += 1) {
      const response = await postStop(environment, runId).catch(() => undefined);
      if (response?.ok || response?.status === 401) return;
      await environment.pause(stopAgainMs, never);
    }
    if (stopping !== runId) return;
    stopping = undefined; // Nobody answers: the button is for the person again.
    publish();
  }

  function onPresence(presence: Presence): void {
    clearTimeout(hidden);
    if (presence === "hidden") hidden = setTimeout(letGo, hiddenMs);
    else if (presence !== "offline") comeBack();
  }

  function letGo(): void {
    if (asking?.state !== "sending") follower.leave();
  }

  function comeBack(): void {
    if (follower.runId !== undefined) return;
    if (run && !run.ending) follower.follow(run);
    else void lookElsewhere();
  }

  /** A conversation that nobody has begun is in no store yet. */
  async function lookElsewhere(): Promise<void> {
    if (messages.length > 0 || phase === "loading") await refresh();
  }

  function open(): void {
    if (opened) return;
    opened = new AbortController();
    const { signal } = opened;
    environment.onPresence(onPresence, signal);
    comeBack();
    const poll = setInterval(
      () => environment.isVisible() && follower.runId === undefined && void lookElsewhere(),
      pollMs,
    );
    signal.addEventListener("abort", () => clearInterval(poll), { once: true });
  }

  function close(): void {
    clearTimeout(hidden);
    letGo();
    opened?.abort();
    opened = undefined;
  }

  return {
    getState: () => published,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    send,
    retry,
    continueAnswer,
    resend,
    discard,
    stop,
    reconnect: () => run && !run.ending && follower.follow(run),
    refresh,
    open,
    close,
  };
}

/**
 * Fresh messages, each replaced by the one that is shown already: saved messages only change when they are
 * continued.
 */
function mergeMessages(shown: readonly Message[], fresh: readonly Message[]): readonly Message[] {
  const byId = new Map(shown.map((message) => [message.id, message]));
  return fresh.map((message) => {
    const old = byId.get(message.id);
    return old && old.runId === message.runId ? old : message;
  });
}

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { listConversations } from "#lib/conversations/list-conversations.ts";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { closingEvents } from "#lib/protocol/closing-events.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { foldSnapshot } from "#lib/runs/fold-snapshot.ts";
import { createLiveRuns, type LiveRun } from "#lib/runs/live-runs.ts";
import { readRun } from "#lib/runs/read-run.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { redisMissing } from "../support/redis-server.ts";
import { foldAll, readLog, runContext, textOf } from "../support/run-bench.ts";
import { finished, says, scriptedModel } from "../support/scripted-model.ts";
import { waitUntil } from "../support/wait-until.ts";
import {
  type OlderPart,
  type OlderRun,
  type OlderState,
  type OlderStore,
  type OlderView,
  olderRedis,
  olderSqlite,
} from "./older-stores.ts";

/** What the states of a tool call are called now. */
const toolStates = new Map([
  ["preparing", "input-streaming"],
  ["queued", "input-available"],
  ["needs-approval", "approval-requested"],
  ["done", "output-available"],
  ["failed", "output-error"],
  ["denied", "output-denied"],
]);

await register("SQLite", olderSqlite);
if (redisMissing) test("Redis: a store of an older build", { skip: redisMissing });
else await register("Redis", olderRedis);

async function register(name: string, openOlder: () => Promise<OlderStore>): Promise<void> {
  const older = await openOlder();
  after(older.close);
  const { savedAt, conversations, lists, runs } = older.contents;

  test(`${name}: every log of an older build folds to the view it had, and so does what was folded already`, async () => {
    const storage = await older.open(() => savedAt);
    for (const [runId, { name: asked, state }] of Object.entries(runs)) {
      assert.deepEqual(foldAll(await readLog(storage, runId), runId), stateNow(state), asked);
      const snapshot = await storage.runs.snapshot(runId);
      assert.deepEqual(snapshot && foldSnapshot(snapshot), stateNow(state), asked);
    }
  });

  test(`${name}: conversations, lists and runs of an older build are shown as they were`, async () => {
    const context = readingContext(await older.open(() => savedAt));
    for (const [id, { name: asked, userId, view }] of Object.entries(conversations)) {
      const shown = await readConversation(context, id, userId);
      assert.deepEqual(shown, view && viewNow(view), asked);
      assert.equal(await readConversation(context, id, "somebody else"), null, asked);
    }
    for (const [userId, list] of Object.entries(lists))
      assert.deepEqual(await listConversations(context, userId), list);
    for (const [runId, { name: asked, userId, view }] of Object.entries(runs))
      // More may be told of it since.
      assert.partialDeepStrictEqual(await readRun(context, runId, userId), view, asked);
  });

  test(`${name}: live runs of an older build are taken over and go on to their end`, async () => {
    // The leases of its processes have lapsed, and what was deleted can be restored no longer.
    const now = () => savedAt + 3_600_000;
    const storage = await older.open(now);
    const live = Object.entries(runs).filter(([, { isLive }]) => isLive);
    assert.equal(live.length, 16);
    const before = new Map<string, RunEvent[]>();
    for (const [runId] of live) before.set(runId, await readLog(storage, runId));
    await sweepOnce(storage, now, async () => {
      const metas = await Promise.all(live.map(([runId]) => storage.runs.run(runId)));
      return metas.every((meta) => !meta || isEnded(meta.status));
    });
    for (const [runId, run] of live) await assertEnded(storage, runId, run, before.get(runId) ?? []);
  });
}

/** Nothing is written, and nothing taken over: every run is driven here already, as far as it can tell. */
function readingContext(storage: Storage) {
  const silent: LiveRun = { userId: undefined, requestStop: () => undefined, handOver: () => undefined, startNoEffects: () => undefined, done: Promise.resolve(), durability: "ok" };
  return runContext(scriptedModel(), { storage, live: { ...createLiveRuns(), get: () => silent } });
}

async function sweepOnce(storage: Storage, now: () => number, isDone: () => Promise<boolean>): Promise<void> {
  const once = new AbortController();
  const clock = { wall: now, now: () => performance.now(), sleep: async () => undefined };
  const context = runContext(scriptedModel([...says("It goes on."), finished]), { storage, clock });
  keepSweeping(context, 4_000, once.signal);
  once.abort();
  await waitUntil("all runs have ended", isDone);
}

async function assertEnded(
  storage: Storage,
  runId: string,
  { name, userId, status, state }: OlderRun,
  before: readonly RunEvent[],
): Promise<void> {
  const meta = await storage.runs.run(runId);
  // Purged with its conversation.
  if (!meta) return assert.equal(name, "Live: deleted when nobody was there");
  const log = await readLog(storage, runId);
  assert.deepEqual(log.slice(0, before.length), before, `${name}: what was written stays`);
  const ended = foldAll(log);
  assert.deepEqual(closingEvents(ended, { code: "", errorText: "" }), [], `${name}: nothing is left open`);
  const isStopped = status === "stopping";
  assert.equal(meta.status, isStopped ? "stopped" : "finished", name);
  const kept = state.parts.flatMap(({ kind, text }) => (kind === "text" && text ? [text] : [])).join("");
  assert.equal(textOf(ended), isStopped ? kept : `${kept}It goes on.`, name);
  const { conversation, messages } = (await storage.conversations.get(meta.conversationId, userId)) ?? {};
  assert.equal(conversation?.activeRunId, undefined, `${name}: the conversation is free again`);
  const answer = messages?.find(({ id }) => id === ended.messageId);
  assert.ok(answer?.role === "assistant" && answer.runId === runId, `${name}: the answer is saved`);
  assert.ok(textOf(answer).endsWith(textOf(ended)), name);
}

function partNow({ kind, ...part }: OlderPart): object {
  const state = part.state !== undefined && { state: toolStates.get(part.state) ?? part.state };
  return { ...part, type: kind === "source" ? "source-url" : kind, ...state };
}

/** A fold of the older build as this one has it: its one step among all, and a wait that names its step. */
function stateNow({ step, retry, parts, ...state }: OlderState): object {
  return {
    ...state,
    parts: parts.map(partNow),
    steps: step ? [step] : [],
    ...(retry && { retry: { ...retry, stepId: step?.stepId } }),
  };
}

function viewNow({ messages, activeRun, ...view }: OlderView): object {
  return {
    ...view,
    messages: messages.map((message) =>
      message.parts ? { ...message, parts: message.parts.map(partNow) } : message,
    ),
    ...(activeRun && { activeRun: { ...activeRun, state: stateNow(activeRun.state) } }),
  };
}

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { turnsOf } from "#lib/client/conversation/turns.ts";
import { createInspection, type InspectionStore } from "#lib/client/inspector/inspection.ts";
import { postFork } from "#lib/client/inspector/post-fork.ts";
import { createReplayLog } from "#lib/client/inspector/replay-log.ts";
import { replayedConversation } from "#lib/client/inspector/replayed-conversation.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { UserMessage } from "#lib/protocol/message.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { clientEnvironment } from "../../../support/client-environment.ts";
import * as b from "../../../support/event-builders.ts";
import { localApi } from "../../../support/local-api.ts";
import { randomLog } from "../../../support/random-log.ts";
import { question, readLog, runContext, runToEnd } from "../../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const asked: UserMessage = {
  ...{ id: b.ids.userMessage, parentId: null, runId: b.ids.run, role: "user" },
  ...{ createdAt: b.firstTs, text: "2+3?" },
};

test("the page at any event of any log is the one that a live reader had", () => {
  fc.assert(
    fc.property(randomLog, (events) => {
      const log = createReplayLog(b.ids.run);
      for (const event of events) log.push(event);
      let run = emptyRun(b.ids.run);
      for (const event of events) {
        run = fold(run, event);
        const live = turnsOf({ ...initialConversation(b.ids.conversation, null), messages: [asked], run });
        const replayed = replayedConversation({ messages: [asked], log }, b.ids.conversation, event.seq, []);
        assert.deepEqual(replayed.turns, live);
      }
    }),
    { numRuns: 100 },
  );
});

const phaseOf = (store: InspectionStore) => store.getState().phase;

test("a run that has ended is read whole, with what led to it; before its first event there is the question", async () => {
  const context = runContext(scriptedModel([...says("It is 5."), finished]));
  const run = question("2+3?");
  const events = await runToEnd(context, run);
  const store = createInspection(clientEnvironment(localApi(context)), run.runId);
  const close = store.open();
  await waitUntil("it is read", () => phaseOf(store) === "ended");
  const { log, messages, head } = store.getState();
  assert.deepEqual(log.events, events);
  assert.equal(head, events.length);
  const [turn] = replayedConversation({ log, messages }, run.conversationId, 0, []).turns;
  assert.deepEqual([turn?.text, turn?.answer], ["2+3?", undefined]);
  close();
});

test("a live run is followed to its end", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([...says("It is "), hold.promise, ...says("5."), finished]));
  const run = question("2+3?");
  const { done } = await startRun(context, run);
  await waitUntil("it has written", async () =>
    (await readLog(context.storage, run.runId)).some(({ type }) => type === "text-delta"),
  );
  const store = createInspection(clientEnvironment(localApi(context)), run.runId);
  const close = store.open();
  await waitUntil("it is followed", () => phaseOf(store) === "live");
  hold.open();
  await done;
  await waitUntil("it has ended", () => phaseOf(store) === "ended");
  assert.deepEqual(store.getState().log.events, await readLog(context.storage, run.runId));
  close();
});

test("a run that is not there is missing, a server that fails is away, and is asked again", async () => {
  const context = runContext(scriptedModel([...says("5"), finished]));
  const run = question("2+3?");
  await runToEnd(context, run);
  const api = localApi(context);
  const missing = createInspection(clientEnvironment(api), b.uuid(99));
  missing.open();
  await waitUntil("it is known", () => phaseOf(missing) === "missing");
  let fails = true;
  const store = createInspection(
    clientEnvironment(async (url, init) => (fails ? new Response("", { status: 502 }) : api(url, init))),
    run.runId,
  );
  store.open();
  await waitUntil("it is away", () => phaseOf(store) === "away");
  fails = false;
  store.open();
  await waitUntil("it is read", () => phaseOf(store) === "ended");
});

test("a fork has ids of this browser's, and leads to a conversation that is there", async () => {
  const context = runContext(scriptedModel([...says("5"), finished]));
  const run = question("2+3?");
  await runToEnd(context, run);
  const api = localApi(context);
  const result = await postFork(clientEnvironment(api), run.runId, 3);
  if (!("value" in result)) return assert.fail();
  const { conversationId, runId } = result.value;
  assert.equal((await api(`/api/conversations/${conversationId}`)).status, 200);
  assert.equal((await (await api(`/api/runs/${runId}`)).json()).status, "stopped");
});

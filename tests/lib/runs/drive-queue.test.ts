import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { changeQueue } from "#lib/conversations/change-queue.ts";
import type { QueueChange } from "#lib/conversations/queue-changes.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { QueuedQuestion } from "#lib/protocol/question-queue.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { driveQueue } from "#lib/runs/drive-queue.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { NewRun } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { spoken } from "../../support/model-messages.ts";
import { question, runContext, userId } from "../../support/run-bench.ts";
import { finished, gate, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { leaseMs, openSite, sweep } from "./crash-bench.ts";

const queued = (text: string): QueuedQuestion => ({
  ...{ id: randomUUID(), text, agent: "assistant", bodyHash: text },
});
const [a, b, c] = [queued("a"), queued("b"), queued("c")];
const answer = (text: string): ModelLine[] => [...says(text), finished];
const failing = new ModelError("request-refused", "no", { retryable: false });

/** A conversation whose first question is being answered, with questions that wait behind it. */
async function withQueue(
  context: RunContext,
  questions: readonly QueuedQuestion[] = [a, b, c].map(({ text }) => queued(text)),
) {
  const run = question("q");
  const { done } = await startRun(context, run);
  for (const each of questions) await change(context, run, { type: "add", question: each });
  return { run, done, questions };
}

async function change(context: RunContext, run: NewRun, made: QueueChange) {
  const changed = await changeQueue(context, run, made);
  if (changed?.kind !== "changed") assert.fail(changed?.kind);
  return changed.queue;
}

/** The questions of the conversation in their order, with how their runs ended. */
async function asked({ runs, conversations }: Storage, { conversationId }: NewRun): Promise<string[]> {
  const { messages = [] } = (await conversations.get(conversationId, userId)) ?? {};
  const questions = messages.filter((each) => each.role === "user");
  return Promise.all(
    questions.map(async ({ text, runId }) => `${text} ${(await runs.run(runId))?.status ?? "lost"}`),
  );
}

const queueIn = async ({ conversations }: Storage, { conversationId }: NewRun) =>
  (await conversations.queue(conversationId, userId))?.queue ?? assert.fail("no conversation");

const until = (context: RunContext, run: NewRun, all: readonly string[]) =>
  waitUntil(`${all.join(", ")}`, async () => {
    const found = await asked(context.storage, run);
    return found.join() === all.join() && context.live.size === 0;
  });

describe("what waits behind an answer", () => {
  test("is asked in its order, one at a time, each with what was said before", async () => {
    const hold = gate();
    const model = scriptedModel(
      [hold.promise, ...answer("0")],
      ...["1", "2", "3"].map((text) => answer(text)),
    );
    const context = runContext(model, { limits: { liveRuns: 1, serverRuns: 1, tokensPerDay: 1e6 } });
    const { run, questions } = await withQueue(context);
    hold.open();
    await until(context, run, ["q finished", "a finished", "b finished", "c finished"]);
    assert.deepEqual(
      spoken(model.requests.at(-1)?.request.messages.slice(1) ?? []).map(([, text]) => text),
      ["q", "0", "a", "1", "b", "2", "c"],
    );
    assert.equal(model.requests.length, 4);
    const { left, questions: rest } = await queueIn(context.storage, run);
    assert.deepEqual(rest, []);
    assert.deepEqual(
      left.map(({ id, how }) => [id, how]),
      questions.map(({ id }) => [id, "asked"]).toReversed(),
    );
  });

  test("waits behind one that failed, until a person resumes it", async () => {
    const hold = gate();
    const model = scriptedModel([hold.promise, failing], answer("1"), answer("2"), answer("3"));
    const context = runContext(model);
    const { run, done } = await withQueue(context);
    hold.open();
    await done;
    const { pause, questions } = await queueIn(context.storage, run);
    assert.deepEqual([pause?.status, pause?.runId, questions.length], ["failed", run.runId, 3]);
    sweep({ context });
    assert.deepEqual(await asked(context.storage, run), ["q failed"]);
    await change(context, run, { type: "resume" });
    await driveQueue(context, run);
    await until(context, run, ["q failed", "a finished", "b finished", "c finished"]);
  });

  test("waits behind one that a person has stopped, and goes on when that is answered after all", async () => {
    const model = scriptedModel([...says("half"), gate().promise], answer("0"), answer("1"));
    const context = runContext(model);
    const { run, done } = await withQueue(context, [queued("a")]);
    await stopRun(context, run.runId, "user");
    await done;
    assert.equal((await queueIn(context.storage, run)).pause?.status, "stopped");
    const rest = { ...question(""), conversationId: run.conversationId, title: "" };
    await startRun(context, { ...rest, ask: { kind: "continue", continueRunId: run.runId } });
    await until(context, run, ["q stopped", "a finished"]);
  });

  test("goes on behind the stop of a person who sends one of it now", async () => {
    const model = scriptedModel([...says("half"), gate().promise], answer("3"), answer("1"), answer("2"));
    const context = runContext(model);
    const { run, questions } = await withQueue(context);
    await change(context, run, { type: "hurry", id: questions[2]?.id ?? "" });
    await stopRun(context, run.runId, "user");
    await until(context, run, ["q stopped", "c finished", "a finished", "b finished"]);
  });

  test("waits behind what was said into the answer and is asked next; a stop pauses it all the same", async () => {
    for (const isStopped of [false, true]) {
      const hold = gate();
      const first: ModelLine[] = isStopped ? [gate().promise] : [hold.promise, failing];
      const context = runContext(scriptedModel([...says("half"), ...first], answer("s"), answer("1")));
      const { run } = await withQueue(context, [queued("a")]);
      const { runs } = context.storage;
      await waitUntil("it speaks", async () => ((await runs.run(run.runId))?.head ?? 0) > 3);
      await runs.sendMessage(run.runId, { messageId: randomUUID(), text: "said", by: "user" });
      if (isStopped) await stopRun(context, run.runId, "user");
      else hold.open();
      const ended = isStopped ? "stopped" : "failed";
      await until(context, run, [`q ${ended}`, "said finished"]);
      await change(context, run, { type: "resume" });
      await driveQueue(context, run);
      await until(context, run, [`q ${ended}`, "said finished", "a finished"]);
    }
  });

  test("is said into the answer instead, once, and waits on where that has ended without it", async () => {
    const hold = gate();
    const model = scriptedModel([...says("0"), hold.promise, finished], answer("1"), answer("2"));
    const context = runContext(model);
    const { run, questions } = await withQueue(context);
    const [first, second] = questions;
    await change(context, run, { type: "steer", id: second?.id ?? "", runId: run.runId });
    await driveQueue(context, run);
    const { left } = await queueIn(context.storage, run);
    assert.deepEqual(left, [{ id: second?.id, how: "steered" }]);
    await change(context, run, { type: "remove", id: first?.id ?? "" });
    hold.open();
    await until(context, run, ["q finished", "c finished"]);
    assert.equal(spoken(model.requests[1]?.request.messages ?? []).at(-1)?.[1], "b");
    const over = runContext(scriptedModel(answer("0"), answer("1")));
    const idle = await withQueue(over, []);
    await idle.done;
    const marked = { ...queued("a"), into: idle.run.runId };
    const { conversationId } = idle.run;
    const queue = { version: 1, questions: [marked], left: [] };
    await over.storage.conversations.saveQueue(conversationId, userId, queue);
    sweep({ context: over });
    await until(over, idle.run, ["q finished", "a finished"]);
  });

  test("is asked nowhere in a conversation that was deleted, nor by itself when that is undone", async () => {
    const context = runContext(scriptedModel([...says("half"), gate().promise], answer("1")));
    const { run, done } = await withQueue(context);
    const { conversations } = context.storage;
    await conversations.remove(run.conversationId, userId);
    await done;
    sweep({ context });
    await conversations.restore(run.conversationId, userId);
    sweep({ context });
    await waitUntil("it is paused", async () => (await queueIn(context.storage, run)).pause !== undefined);
    assert.deepEqual(await asked(context.storage, run), ["q stopped"]);
  });
});

describe("what waits is asked within the limits, by a later sweep where there is no room", () => {
  test("of the day's tokens", async () => {
    const limits: RunContext["limits"] = { tokensPerDay: 1000 };
    const hold = gate();
    const context = runContext(scriptedModel([hold.promise, ...answer("0")], answer("1")), { limits });
    const { run, done } = await withQueue(context, [queued("a")]);
    await context.storage.limits.spend("s", 1000);
    hold.open();
    await done;
    sweep({ context });
    assert.equal((await queueIn(context.storage, run)).questions.length, 1);
    limits.tokensPerDay = 1_000_000;
    sweep({ context });
    await until(context, run, ["q finished", "a finished"]);
  });

  test("of the live runs of its user, and of the process", async () => {
    for (const limits of [{ liveRuns: 1 }, { serverRuns: 1 }] as RunContext["limits"][]) {
      const other = gate();
      const model = scriptedModel(answer("0"), [...says("x"), other.promise, finished], answer("1"));
      const context = runContext(model, { limits });
      const run = question("q");
      await (await startRun(context, run)).done;
      const { done } = await startRun(context, question("elsewhere"));
      await change(context, run, { type: "add", question: queued("a") });
      await driveQueue(context, run);
      assert.deepEqual(await asked(context.storage, run), ["q finished"]);
      other.open();
      await done;
      await driveQueue(context, run);
      await until(context, run, ["q finished", "a finished"]);
    }
  });
});

/** What a process does to its store while it goes through a queue. */
const changing: ReadonlySet<PropertyKey> = new Set([
  ...["createRun", "claim", "append", "finish", "saveQueue", "sendMessage"],
]);

/** The store as a process sees it that is gone before or after so many changes: nothing answers again. */
function cutAfter(storage: Storage, changes: number, isDone: boolean) {
  const cut = { isDead: false, seen: 0 };
  const guard = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function" || name === "subscribe" || name === "notify") return method;
        return async (...args: unknown[]): Promise<unknown> => {
          if (cut.isDead) return new Promise(() => undefined);
          const isLast = changing.has(name) && (cut.seen += 1) > changes;
          if (isLast) cut.isDead = true;
          if (isLast && !isDone) return new Promise(() => undefined);
          const result: unknown = await Reflect.apply(method, target, args);
          return cut.isDead ? new Promise(() => undefined) : result;
        };
      },
    });
  const seen: Storage = {
    ...storage,
    runs: guard(storage.runs),
    conversations: guard(storage.conversations),
  };
  return { cut, storage: seen };
}

describe("a process that is gone at any step of a queue of three", () => {
  for (const isDone of [false, true])
    test(`${isDone ? "after" : "before"} any change: another asks what is left, in order and once`, async () => {
      let cuts = 0;
      for (let changes = 0; changes < 200; changes += 1) {
        const site = openSite();
        const hold = gate();
        const scripts = (first: ModelLine[] = []): ModelLine[][] => [
          [...first, ...answer("0")],
          ...["1", "2", "3", "4"].map(answer),
        ];
        const { context: setUp } = site.start(scriptedModel());
        const run = question("q");
        await setUp.storage.runs.createRun(run);
        const questions = ["a", "b", "c"].map(queued);
        for (const each of questions) await change(setUp, run, { type: "add", question: each });
        await change(setUp, run, { type: "steer", id: questions[1]?.id ?? "", runId: run.runId });
        const dying = cutAfter(site.storage, changes, isDone);
        const model = scriptedModel(...scripts([hold.promise]));
        const { context } = site.start(model);
        const first = { ...context, storage: dying.storage };
        sweep({ context: first });
        hold.open();
        const isAllAsked = async () => {
          const { questions: rest } = await queueIn(site.storage, run);
          const found = await asked(site.storage, run);
          return rest.length === 0 && found.length > 1 && found.every((each) => each.endsWith("finished"));
        };
        await waitUntil("it is gone, or all is asked", async () => dying.cut.isDead || (await isAllAsked()));
        if (!dying.cut.isDead) break;
        cuts += 1;
        const second = site.start(scriptedModel(...scripts()));
        await waitUntil("all is asked", async () => {
          site.advance(leaseMs + 1);
          sweep(second);
          return isAllAsked();
        });
        const title = `cut ${isDone ? "after" : "before"} ${changes} changes`;
        const texts = (await asked(site.storage, run)).map((each) => each.split(" ")[0]);
        // What was said into the first is in its answer, or asked behind it.
        const order = texts.includes("b") ? ["q", "b", "a", "c"] : ["q", "a", "c"];
        assert.deepEqual(texts, order, title);
      }
      assert.ok(cuts >= 12, `${cuts} cuts`);
    });
});

test("several processes that come to a queue at once ask its first question once", async () => {
  const site = openSite();
  const processes = [1, 2, 3].map(() => site.start(scriptedModel(answer("1"), answer("2"), answer("3"))));
  const { context } = processes[0] ?? assert.fail();
  const run = question("q");
  const { done } = await startRun(context, run);
  await done;
  const { conversationId } = run;
  const queue = { version: 1, questions: [queued("a"), queued("b")], left: [] };
  await site.storage.conversations.saveQueue(conversationId, userId, queue);
  await Promise.all(processes.map((each) => driveQueue(each.context, run)));
  await waitUntil("all are over", async () => {
    const ended = (await asked(site.storage, run)).filter((each) => each.endsWith("finished"));
    return ended.length === 3;
  });
  assert.deepEqual(await asked(site.storage, run), ["q finished", "a finished", "b finished"]);
  assert.ok(isEnded((await site.storage.runs.run(run.runId))?.status ?? "queued"));
});

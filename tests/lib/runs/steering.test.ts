import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { ModelError } from "#lib/models/model-error.ts";
import type { UserMessage } from "#lib/protocol/message.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { spoken } from "../../support/model-messages.ts";
import { foldAll, question, readLog, runContext, textOf, userId } from "../../support/run-bench.ts";
import {
  finished,
  gate,
  type ModelLine,
  type ScriptedModel,
  says,
  scriptedModel,
} from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, over, sweep } from "./crash-bench.ts";

const say = async ({ storage }: Pick<RunContext, "storage">, runId: string, text: string) => {
  const messageId = randomUUID();
  const sent = await storage.runs.sendMessage(runId, { messageId, text, by: "user" });
  assert.equal(sent?.kind, "sent");
  return messageId;
};

const sentToModel = ({ requests }: ScriptedModel) =>
  requests.map(({ request }) => spoken(request.messages.slice(1)));

const questionsOf = async (storage: Storage, conversationId: string): Promise<UserMessage[]> =>
  ((await storage.conversations.get(conversationId, userId))?.messages ?? []).filter(
    (each) => each.role === "user",
  );

/** A run that has said "one ", and then does what the rest of its script says. */
async function speaking(rest: ModelLine[], ...next: ModelLine[][]) {
  const model = scriptedModel([...says("one "), ...rest], ...next);
  const context = runContext(model);
  const run = question("q");
  const { done } = await startRun(context, run);
  await waitUntil("it speaks", async () => ((await context.storage.runs.run(run.runId))?.head ?? 0) > 3);
  return { model, context, run, done };
}

describe("what is said into a live run", () => {
  test("is taken at the end of the step, in order and once, and the model is asked once more", async () => {
    const hold = gate();
    const { model, context, run, done } = await speaking(
      [hold.promise, ...says("two"), finished],
      [...says("three"), finished],
    );
    const ids = [await say(context, run.runId, "a"), await say(context, run.runId, "b")];
    hold.open();
    await done;
    const events = await readLog(context.storage, run.runId);
    assert.deepEqual(
      events.flatMap((each) => (each.type === "steered" ? [each.messageId] : [])),
      ids,
    );
    assert.deepEqual(
      events.flatMap(({ type }) => (/step|steered|^finish/.test(type) ? [type] : [])),
      ["start-step", "finish-step", "steered", "steered", "start-step", "finish-step", "finish"],
    );
    assert.deepEqual(sentToModel(model)[1]?.slice(-3), [
      ["user", "q"],
      ["assistant", "one two"],
      ["user", "a\n\nb"],
    ]);
    assert.equal(textOf(foldAll(events)), "one twothree");
  });

  test("at any moment, also while it ends, is in its log or the next question", async () => {
    for (let after = 1; after < 12; after += 1) {
      const model = scriptedModel([...says("one", " two"), finished]);
      const context = runContext(model);
      const { runs } = context.storage;
      const run = question("q");
      let appends = 0;
      let sent: Promise<unknown> | undefined;
      const messageId = randomUUID();
      const send = () =>
        (appends += 1) === after &&
        (sent = runs.sendMessage(run.runId, { messageId, text: "a", by: "user" }));
      const storage: Storage = {
        ...context.storage,
        runs: {
          ...runs,
          append: (...args) => [send(), runs.append(...args)][1] as ReturnType<typeof runs.append>,
          finish: (...args) => [send(), runs.finish(...args)][1] as ReturnType<typeof runs.finish>,
        },
      };
      await (await startRun({ ...context, storage }, run)).done;
      if (!sent) break;
      await sent;
      const events = await readLog(context.storage, run.runId);
      assert.equal(events.filter(({ type }) => type === "steered").length, 1, `after ${after} appends`);
      assert.equal(sentToModel(model).at(-1)?.at(-1)?.[1], "a");
    }
  });
});

describe("what a run has left is the next question, once", () => {
  const ends: { how: string; rest: ModelLine[]; isStopped?: true }[] = [
    { how: "was stopped", rest: [gate().promise], isStopped: true },
    {
      how: "has failed",
      rest: [],
    },
  ];
  for (const { how, rest, isStopped } of ends)
    test(`when it ${how}: all of it together, under the id of the first, with what became of it`, async () => {
      const hold = gate();
      const fails = [hold.promise, new ModelError("request-refused", "no", { retryable: false })];
      const { model, context, run, done } = await speaking(isStopped ? rest : fails, [
        ...says("then"),
        finished,
      ]);
      const first = await say(context, run.runId, "a");
      await say(context, run.runId, "b");
      hold.open();
      if (isStopped) await stopRun(context, run.runId, "user");
      await done;
      await over({ storage: context.storage } as Parameters<typeof over>[0], first);
      const [, next, ...others] = await questionsOf(context.storage, run.conversationId);
      assert.deepEqual([next?.text, next?.runId, next?.sentInto, others], ["a\n\nb", first, run.runId, []]);
      assert.deepEqual(sentToModel(model)[1]?.slice(-2), [
        ["assistant", "one "],
        ["user", "a\n\nb"],
      ]);
      assert.deepEqual(await context.storage.runs.leftMessages(10), []);
    });

  /** A run that was stopped with a message in it, by a process that was gone before it asked that. */
  async function leftBehind() {
    const site = openSite((storage) => ({
      ...storage,
      away: false,
      runs: {
        ...storage.runs,
        createRun(run, claim) {
          const isNext = run.ask.kind === "message" && run.ask.message.sentInto !== undefined;
          if (isNext && site.storage.away)
            return Promise.reject(new StorageError("damaged", "it cannot be read"));
          return storage.runs.createRun(run, claim);
        },
      },
    }));
    const model = scriptedModel([...says("one "), gate().promise], [...says("then"), finished]);
    const { context } = site.start(model);
    const run = question("q");
    const { done } = await startRun(context, run);
    await waitUntil("it speaks", async () => ((await site.storage.runs.run(run.runId))?.head ?? 0) > 3);
    const messageId = await say(context, run.runId, "a");
    site.storage.away = true;
    await stopRun(context, run.runId, "user");
    await done;
    site.storage.away = false;
    const others = [1, 2, 3].map(() => site.start(scriptedModel([...says("then"), finished])));
    return { site, run, messageId, others };
  }

  test("by whichever process sweeps, when the one that ended it is gone", async () => {
    const { site, run, messageId, others } = await leftBehind();
    for (const each of others) sweep(each);
    await over(site, messageId);
    await checkedLog(site, messageId);
    assert.equal((await questionsOf(site.storage, run.conversationId)).length, 2);
  });

  test("after the run that was started in between", async () => {
    const { site, run, messageId, others } = await leftBehind();
    const hold = gate();
    const between = question("between", { conversationId: run.conversationId });
    const { context } = site.start(scriptedModel([hold.promise, ...says("x"), finished]));
    await startRun(context, between);
    for (const each of others) sweep(each);
    assert.equal((await site.storage.runs.leftMessages(10)).length, 1);
    hold.open();
    await over(site, between.runId);
    await waitUntil("it is asked", async () => {
      for (const each of others) sweep(each);
      return (await site.storage.runs.run(messageId)) !== null;
    });
    await over(site, messageId);
    assert.deepEqual(
      (await questionsOf(site.storage, run.conversationId)).map(({ text }) => text),
      ["q", "between", "a"],
    );
  });

  test("and not at all where its conversation was deleted", async () => {
    const { context, run, done } = await speaking([gate().promise]);
    const messageId = await say(context, run.runId, "a");
    await context.storage.conversations.remove(run.conversationId, userId);
    await done;
    sweep({ context });
    assert.equal(await context.storage.runs.run(messageId), null);
  });
});

test("cut off after any append, a run takes what was said once, wherever it goes on", async () => {
  let cuts = 0;
  for (let cut = 1; cut < 40; cut += 1) {
    const site = openSite();
    const wholeAnswer = gate();
    const scripts = [
      [...says("one", " two"), wholeAnswer.promise, finished],
      [...says("three"), finished],
    ];
    const model = scriptedModel(...scripts);
    const first = site.start(model);
    first.connection.killAfter(cut);
    const run = question("q");
    // Whoever starts it may be gone before it has an answer.
    void startRun(first.context, run).catch(() => undefined);
    await waitUntil("there is a run", async () => (await site.storage.runs.run(run.runId)) !== null);
    const messageId = randomUUID();
    await site.storage.runs.sendMessage(run.runId, { messageId, text: "a", by: "user" });
    wholeAnswer.open();
    await waitUntil("it has ended, or its process is gone", async () => {
      const { status = "queued" } = (await site.storage.runs.run(run.runId)) ?? {};
      return first.connection.dead || isEnded(status);
    });
    if (!first.connection.dead) break;
    cuts += 1;
    site.advance(leaseMs + 1);
    const second = site.start(scriptedModel([...says(" more"), finished]));
    const left = await site.storage.runs.run(run.runId);
    if (left) await continueRun(second.context, left);
    await over(site, run.runId);
    sweep(second);
    const events = await readLog(site.storage, run.runId);
    const steered = events.filter(({ type }) => type === "steered").length;
    assert.equal(steered, 1, `cut after ${cut}`);
    for (const { request } of [...model.requests]) {
      const sent = spoken(request.messages).filter(([, text]) => text === "a");
      assert.ok(sent.length <= 1, `cut after ${cut}`);
    }
  }
  assert.ok(cuts >= 4, `${cuts} cuts`);
});

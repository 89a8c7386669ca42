import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, test } from "node:test";
import { createLiveConversation, type LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { clientEnvironment } from "../../../support/client-environment.ts";
import { localApi } from "../../../support/local-api.ts";
import { spoken } from "../../../support/model-messages.ts";
import { runContext, textOf } from "../../../support/run-bench.ts";
import {
  finished,
  gate,
  type ModelLine,
  type ScriptedModel,
  says,
  scriptedModel,
} from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

type Fault = (url: string, init?: RequestInit) => Response | undefined;

const opened: LiveConversation[] = [];
after(() => opened.forEach((store) => store.close()));

/** A page of a conversation. Pages with the same `kept` are those of one browser. */
function openPage(
  context: RunContext,
  {
    id,
    kept = browserStorage(),
    fault = () => undefined,
  }: { id?: string; kept?: Storage; fault?: Fault } = {},
): LiveConversation {
  const api = localApi(context);
  const environment = clientEnvironment(async (url, init) => fault(url, init) ?? api(url, init));
  const store = createLiveConversation({
    environment,
    id: id ?? randomUUID(),
    storage: () => kept,
    ...(id === undefined && { view: null }),
  });
  store.open();
  opened.push(store);
  return store;
}

function browserStorage(): Storage {
  const items = new Map<string, string>();
  return {
    length: 0,
    key: () => null,
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

const idle = (page: LiveConversation) => waitUntil("the page is idle", () => !page.getState().busy);
const last = (page: LiveConversation) => page.getState().turns.at(-1);
const shown = (page: LiveConversation) => page.getState().turns.map(({ answer }) => answer && textOf(answer));

/** A page with one question and a good answer; the rest of the scripts follow. */
async function answered(scripts: ModelLine[][], options?: Parameters<typeof openPage>[1]) {
  const model = scriptedModel([...says("good"), finished], ...scripts);
  const context = runContext(model);
  const page = openPage(context, options);
  page.send("q");
  await idle(page);
  return { model, context, page };
}

const isRetry = (body: unknown): boolean => typeof body === "string" && body.includes('"retry"');
const failure = new ModelError("request-refused", "no", { retryable: false });
const never = gate().promise;

/** What the newest request of the model was sent, without the system message. */
const sentTo = (model: ScriptedModel) => spoken(model.requests.at(-1)?.request.messages.slice(1) ?? []);
const asksAfterGood = [
  ["user", "q"],
  ["assistant", "good"],
  ["user", "next"],
];

describe("an answer that is asked for again stays shown and sent when the new one", () => {
  const ways: [how: string, script: ModelLine[], isStopped?: true][] = [
    ["fails without a word", [failure]],
    ["fails in the middle", [...says("stump"), failure]],
    ["is cut off", says("stump")],
    ["reaches the longest the model writes", [...says("stump"), { type: "finish", reason: "length" }]],
    ["is held back by a filter", [...says("stump"), { type: "finish", reason: "content-filter" }]],
    ["is empty", [finished]],
    ["is declined", [{ type: "refusal", delta: "no" }, finished]],
    ["only thinks", [{ type: "reasoning", delta: "hm" }, finished]],
    ["is stopped before its first word", [never], true],
    ["is stopped in the middle", [...says("stump"), never], true],
    ["is stopped while it thinks", [{ type: "reasoning", delta: "hm" }, never], true],
  ];
  for (const [how, script, isStopped] of ways)
    for (const times of [1, 2])
      test(`${how}, ${times === 1 ? "once" : "twice"}`, async () => {
        const { model, page } = await answered([
          ...Array.from({ length: times }, () => script),
          [...says("after"), finished],
        ]);
        for (let time = 1; time <= times; time += 1) {
          page.retry();
          assert.deepEqual(shown(page), ["good"], "at the click");
          if (isStopped) {
            await waitUntil("the model is asked", () => model.requests.length === time + 1);
            if (script.length > 1)
              await waitUntil("it writes", () => last(page)?.liveRun?.parts.length === 1);
            page.stop();
          }
          await idle(page);
          assert.deepEqual(shown(page), ["good"], "after its end");
          assert.equal(last(page)?.canUndo, undefined);
        }
        page.send("next");
        await idle(page);
        assert.deepEqual(sentTo(model), asksAfterGood);
        assert.deepEqual(shown(page), ["good", "after"]);
      });
});

describe("an answer that is asked for again stays shown when the request", () => {
  const refusals: [how: string, respond: () => Response][] = [
    ["finds no network", () => assert.fail("offline")],
    ...[401, 404, 409, 413, 429, 500, 503].map((status): [string, () => Response] => [
      `is refused with ${status}`,
      () => Response.json({ code: status === 429 ? "rate_limited" : "unexpected" }, { status }),
    ]),
  ];
  for (const [how, respond] of refusals)
    test(how, async () => {
      let isRefused = true;
      const { model, page } = await answered([[...says("after"), finished]], {
        fault(_, init) {
          if (!isRefused || !isRetry(init?.body)) return undefined;
          if (how === "finds no network") throw new TypeError("offline");
          return respond();
        },
      });
      page.retry();
      await waitUntil("it is refused", () => last(page)?.pending?.state === "not-sent");
      assert.deepEqual(shown(page), ["good"]);
      assert.equal(model.requests.length, 1);
      isRefused = false;
      page.discard();
      assert.deepEqual([shown(page), last(page)?.pending], [["good"], undefined]);
      page.send("next");
      await idle(page);
      assert.deepEqual(sentTo(model), asksAfterGood);
    });
});

test("while the new answer is written it is shown, the earlier one stays beneath, and either can be chosen", async () => {
  const hold = gate();
  const { page } = await answered([[...says("bet"), hold.promise, ...says("ter"), finished]]);
  const good = last(page)?.answer?.id ?? "";
  page.retry();
  await waitUntil("it writes", () => shown(page)[0] === "bet");
  const { answer, earlier, versions = [] } = last(page) ?? {};
  assert.equal(earlier && textOf(earlier), "good");
  assert.deepEqual(versions, [good, answer?.id]);
  page.show(good);
  assert.deepEqual([shown(page), last(page)?.earlier], [["good"], undefined]);
  assert.equal(last(page)?.liveRun?.messageId, answer?.id);
  page.show(answer?.id ?? "");
  assert.deepEqual(shown(page), ["bet"]);
  hold.open();
  await idle(page);
  assert.deepEqual([shown(page), last(page)?.earlier], [["better"], undefined]);
  assert.deepEqual(last(page)?.versions, versions);
});

test("a choice holds for what is shown and sent, after a reload too, and until the conversation goes on", async () => {
  const kept = browserStorage();
  const { model, context, page } = await answered(
    [
      [...says("better"), finished],
      [...says("after"), finished],
      [...says("end"), finished],
    ],
    { kept },
  );
  const { id } = page.getState();
  const good = last(page)?.answer?.id ?? "";
  page.retry();
  await idle(page);
  assert.deepEqual(shown(page), ["better"]);
  page.show(good);
  assert.deepEqual(shown(page), ["good"]);
  page.close();
  const reloaded = openPage(context, { id, kept });
  const other = openPage(context, { id });
  await waitUntil("loaded", () => shown(reloaded).length === 1 && shown(other).length === 1);
  assert.deepEqual([shown(reloaded), shown(other)], [["good"], ["better"]]);
  reloaded.send("next");
  await idle(reloaded);
  assert.deepEqual(sentTo(model), asksAfterGood);
  other.refresh();
  await waitUntil("the other page has it", () => shown(other).length === 2);
  assert.deepEqual(
    [shown(other), shown(reloaded)],
    [
      ["good", "after"],
      ["good", "after"],
    ],
  );
  assert.equal(last(reloaded)?.versions, undefined);
  assert.equal(reloaded.getState().turns[0]?.versions?.length, 2);
});

describe("Undo", () => {
  test("brings the earlier answer back within ten seconds, and it is sent", async () => {
    const { model, page } = await answered([
      [...says("worse"), finished],
      [...says("after"), finished],
    ]);
    page.retry();
    await idle(page);
    assert.deepEqual([shown(page), last(page)?.canUndo], [["worse"], true]);
    page.undo();
    assert.deepEqual([shown(page), last(page)?.canUndo], [["good"], undefined]);
    page.send("next");
    await idle(page);
    assert.deepEqual(sentTo(model), asksAfterGood);
  });

  test("stops an answer that is being written", async () => {
    const { model, page } = await answered([[...says("worse"), never]]);
    page.retry();
    await waitUntil("it writes", () => shown(page)[0] === "worse");
    assert.equal(last(page)?.canUndo, true);
    page.undo();
    assert.deepEqual(shown(page), ["good"]);
    await idle(page);
    assert.equal(model.requests[1]?.closed, true);
    assert.deepEqual(shown(page), ["good"]);
  });
});

test("a page that is reloaded, and another one, show the answer that is written, and the earlier one if it fails", async () => {
  const hold = gate();
  const kept = browserStorage();
  const { context, page } = await answered([[...says("stump"), hold.promise, failure]], { kept });
  const { id } = page.getState();
  page.retry();
  await waitUntil("it writes", () => shown(page)[0] === "stump");
  page.close();
  const pages = [openPage(context, { id, kept }), openPage(context, { id })];
  for (const each of pages) await waitUntil("it is followed", () => shown(each)[0] === "stump");
  hold.open();
  for (const each of pages) {
    await idle(each);
    assert.deepEqual(shown(each), ["good"]);
    const failed = last(each)?.failed;
    assert.equal(failed && textOf(failed), "stump");
    assert.equal(last(each)?.versions?.length, 2);
  }
});

test("of two answers that were cut off the first stays, and either is continued when it is shown", async () => {
  const model = scriptedModel(
    [...says("one "), failure],
    [...says("two "), failure],
    [...says("more"), finished],
  );
  const page = openPage(runContext(model));
  page.send("q");
  await idle(page);
  page.retry();
  await idle(page);
  assert.deepEqual(shown(page), ["one "]);
  page.continueAnswer();
  await idle(page);
  assert.deepEqual(shown(page), ["one more"]);
  assert.equal(last(page)?.versions?.length, 2);
});

test("a question that names no parent is asked under the answer that pages show", async () => {
  const { model, context, page } = await answered([
    [...says("stump"), failure],
    [...says("after"), finished],
  ]);
  page.retry();
  await idle(page);
  const body = { runId: randomUUID(), message: { text: "next" } };
  const response = await localApi(context)(`/api/conversations/${page.getState().id}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await response.text();
  assert.deepEqual(sentTo(model), asksAfterGood);
});

test("an answer without a word that was chosen gives way to the next that has some", async () => {
  const { model, page } = await answered([
    [failure],
    [...says("better"), finished],
    [...says("after"), finished],
  ]);
  page.retry();
  await idle(page);
  page.show(last(page)?.versions?.at(-1) ?? "");
  assert.deepEqual(shown(page), [""]);
  page.retry();
  await idle(page);
  assert.deepEqual(shown(page), ["better"]);
  page.send("next");
  await idle(page);
  assert.deepEqual(sentTo(model)[1], ["assistant", "better"]);
});

test("a question that was too long is sent with no later one, whatever became of it when asked again", async () => {
  const tooLong = new ModelError("context-too-long", "no", { retryable: false });
  for (const again of [failure, finished]) {
    const { model, page } = await answered([[tooLong], [again], [...says("after"), finished]]);
    page.send("long");
    await idle(page);
    page.retry();
    await idle(page);
    page.send("next");
    await idle(page);
    assert.deepEqual(sentTo(model), asksAfterGood);
  }
});

const isQuestion = (body: unknown): boolean => typeof body === "string" && body.includes('"text":"next"');
const offline = (): never => {
  throw new TypeError("offline");
};

describe("a question that was not sent, before another answer is chosen, is asked under that one", () => {
  for (const how of ["finds no network", "is refused with 500", "is refused with 409"] as const)
    test(how, async () => {
      let isRefused = true;
      const { model, page } = await answered(
        [
          [...says("better"), finished],
          [...says("after"), finished],
        ],
        {
          fault(_, init) {
            if (!isRefused || !isQuestion(init?.body)) return undefined;
            if (how === "finds no network") return offline();
            return Response.json({ code: "unexpected" }, { status: Number(how.slice(-3)) });
          },
        },
      );
      const good = last(page)?.answer?.id ?? "";
      page.retry();
      await idle(page);
      page.send("next");
      await waitUntil("it is not sent", () => last(page)?.pending?.state === "not-sent");
      page.show(good);
      isRefused = false;
      page.resend();
      await idle(page);
      assert.deepEqual(sentTo(model), asksAfterGood);
      assert.deepEqual(shown(page), ["good", "after"]);
    });

  test("unless the server has it after all: then it is shown where it was asked, once", async () => {
    const line = { isCut: false };
    let api: ReturnType<typeof localApi> | undefined;
    const { model, context, page } = await answered(
      [
        [...says("better"), finished],
        [...says("after"), finished],
      ],
      {
        fault(url, init) {
          if (!line.isCut) return undefined;
          if (isQuestion(init?.body)) void api?.(url, init);
          return offline();
        },
      },
    );
    const good = last(page)?.answer?.id ?? "";
    page.retry();
    await idle(page);
    api = localApi(context);
    line.isCut = true;
    page.send("next");
    await waitUntil("it counts as not sent", () => last(page)?.pending?.state === "not-sent");
    page.show(good);
    line.isCut = false;
    page.resend();
    await waitUntil("it is known", () => last(page)?.pending === undefined);
    await idle(page);
    assert.deepEqual(shown(page), ["better", "after"]);
    assert.equal(model.requests.length, 3);
  });
});

test("an Again in a page that has not seen the later turns hides none of them", async () => {
  const { model, context, page } = await answered([[...says("after"), finished]]);
  const stale = openPage(context, { id: page.getState().id });
  await waitUntil("loaded", () => shown(stale).length === 1);
  page.send("next");
  await idle(page);
  stale.retry();
  await waitUntil("it is refused", () => last(stale)?.pending?.state === "not-sent");
  await waitUntil("it has the later turn", () => shown(stale).length === 2);
  stale.discard();
  page.refresh();
  for (const each of [stale, page, openPage(context, { id: page.getState().id })]) {
    await waitUntil("all is shown", () => shown(each).length === 2);
    assert.deepEqual(shown(each), ["good", "after"]);
  }
  assert.equal(model.requests.length, 2);
});

describe("a question that is stopped while it finds no network", () => {
  const problemOf = (page: LiveConversation) => {
    const pending = last(page)?.pending;
    return pending?.state === "not-sent" ? pending.problem.code : undefined;
  };

  test("is not sent, and does not wait to go out by itself", async () => {
    const line = { isCut: false };
    const fault: Fault = () => (line.isCut ? offline() : undefined);
    const { page } = await answered([], { fault });
    line.isCut = true;
    page.send("next");
    page.stop();
    await waitUntil("it counts as not sent", () => problemOf(page) !== undefined);
    assert.equal(problemOf(page), "stopped");
  });

  test("is stopped once it turns out that the server has it", async () => {
    const line = { isCut: false };
    let api: ReturnType<typeof localApi> | undefined;
    const { model, context, page } = await answered([[...says("half"), never]], {
      fault(url, init) {
        if (!line.isCut) return undefined;
        if (isQuestion(init?.body)) void api?.(url, init);
        return offline();
      },
    });
    api = localApi(context);
    line.isCut = true;
    page.send("next");
    page.stop();
    await waitUntil("it counts as not sent", () => problemOf(page) === "stopped");
    line.isCut = false;
    page.refresh();
    await waitUntil("its answer has ended", () => last(page)?.answer?.ending?.type === "abort");
    assert.equal(model.requests.length, 2);
  });
});

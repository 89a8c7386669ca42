import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { ModelError } from "#lib/models/model-error.ts";
import { localApi, localUserId } from "../../../support/local-api.ts";
import { runContext, textOf } from "../../../support/run-bench.ts";
import { finished, gate, type ModelLine, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";
import {
  answered,
  asksAfterGood,
  browserStorage,
  failure,
  idle,
  isRetry,
  last,
  never,
  openPage,
  sentTo,
  shown,
} from "./page-bench.ts";

/** A reply that leads to nothing is asked for three times more. */
const asksForWords = 4;

describe("an answer that is asked for again stays shown and sent when the new one", () => {
  const ways: [how: string, script: ModelLine[], isStopped?: true][] = [
    ["fails without a word", [failure]],
    ["fails in the middle", [...says("stump"), failure]],
    ["is cut off", says("stump")],
    ["reaches the longest the model writes", [...says("stump"), { type: "finish", reason: "length" }]],
    ["is held back by a filter", [...says("stump"), { type: "finish", reason: "content-filter" }]],
    ["is empty, however often it is asked for", [finished]],
    ["is declined", [{ type: "refusal", delta: "no" }, finished]],
    ["only thinks, however often it is asked for more", [{ type: "reasoning", delta: "hm" }, finished]],
    ["is stopped before its first word", [never], true],
    ["is stopped in the middle", [...says("stump"), never], true],
    ["is stopped while it thinks", [{ type: "reasoning", delta: "hm" }, never], true],
  ];
  for (const [how, script, isStopped] of ways)
    for (const times of [1, 2])
      test(`${how}, ${times === 1 ? "once" : "twice"}`, async () => {
        const asks = how.includes("however often") ? asksForWords : 1;
        const { model, page } = await answered([
          ...Array.from({ length: times * asks }, () => script),
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

test("a choice holds for what is shown and sent, in every page, and until the conversation goes on", async () => {
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
  await waitUntil("the server knows it", async () => {
    const found = await context.storage.conversations.get(id, localUserId);
    return Object.keys(found?.choices ?? {}).length > 0;
  });
  page.close();
  const reloaded = openPage(context, { id, kept });
  const other = openPage(context, { id });
  await waitUntil("loaded", () => shown(reloaded).length === 1 && shown(other).length === 1);
  assert.deepEqual([shown(reloaded), shown(other)], [["good"], ["good"]]);
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
  // Refused twice: it is asked once more without the turn before.
  for (const again of [[[failure]], Array.from({ length: asksForWords }, () => [finished])]) {
    const { model, page } = await answered([
      ...[[tooLong], [tooLong], ...again],
      [...says("after"), finished],
    ]);
    page.send("long");
    await idle(page);
    page.retry();
    await idle(page);
    page.send("next");
    await idle(page);
    assert.deepEqual(sentTo(model), asksAfterGood);
  }
});

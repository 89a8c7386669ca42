import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { localApi, localUserId } from "../../../support/local-api.ts";
import { finished, gate, says } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";
import { answered, browserStorage, idle, last, openPage, sentTo, shown } from "./page-bench.ts";

const replies = (...texts: string[]) => texts.map((text) => [...says(text), finished]);
const asked = (page: LiveConversation) => page.getState().turns.map(({ text }) => text);
const first = (page: LiveConversation) => page.getState().turns[0];

/** Sends it as another version of the first question. */
function edit(page: LiveConversation, text: string): void {
  page.send(text, undefined, first(page)?.asked?.parentId);
}

const isEdit = (body: unknown): boolean => typeof body === "string" && body.includes("edited");

const savedIn = async (context: RunContext, page: LiveConversation) =>
  (await context.storage.conversations.get(page.getState().id, localUserId))?.messages ?? [];

async function sameIn(pages: readonly LiveConversation[], turns: string[]): Promise<void> {
  for (const each of pages)
    await waitUntil("the page shows it", () => {
      each.refresh();
      return asked(each).join() === turns.join();
    });
}

test("a question that is edited is another version, and each goes on by itself", async () => {
  const { model, context, page } = await answered(replies("two", "edited answer", "after", "back"));
  page.send("second");
  await idle(page);
  edit(page, "q edited");
  assert.deepEqual(asked(page), ["q edited"]);
  await idle(page);
  assert.deepEqual(sentTo(model), [["user", "q edited"]]);
  assert.deepEqual([shown(page), first(page)?.questions?.length], [["edited answer"], 2]);
  page.send("on");
  await idle(page);
  assert.deepEqual(sentTo(model), [
    ["user", "q edited"],
    ["assistant", "edited answer"],
    ["user", "on"],
  ]);
  const [old = ""] = first(page)?.questions ?? [];
  page.show(old);
  assert.deepEqual(shown(page), ["good", "two"]);
  page.send("third");
  await idle(page);
  assert.deepEqual(sentTo(model).at(-2), ["assistant", "two"]);
  assert.deepEqual(asked(page), ["q", "second", "third"]);
  // Nothing was overwritten: three questions each, and their answers.
  assert.equal((await savedIn(context, page)).length, 10);
});

test("a question can be asked under any answer", async () => {
  const { model, page } = await answered(replies("two", "branched"));
  const good = last(page)?.answer?.id;
  page.send("second");
  await idle(page);
  page.send("other second", undefined, good);
  await idle(page);
  assert.deepEqual(sentTo(model), [
    ["user", "q"],
    ["assistant", "good"],
    ["user", "other second"],
  ]);
  assert.deepEqual([asked(page), last(page)?.questions?.length], [["q", "other second"], 2]);
});

test("the version that is chosen is the same in every page and after a reload, and is what the model gets", async () => {
  const { model, context, page } = await answered(replies("edited", "after"));
  edit(page, "q edited");
  await idle(page);
  const { id } = page.getState();
  const other = openPage(context, { id });
  await waitUntil("loaded", () => asked(other).length === 1);
  other.show(first(other)?.questions?.[0] ?? "");
  await sameIn([page], ["q"]);
  page.close();
  const reloaded = openPage(context, { id });
  await sameIn([reloaded], ["q"]);
  // By whoever names no parent, too.
  const body = { runId: randomUUID(), message: { text: "next" } };
  const response = await localApi(context)(`/api/conversations/${id}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await response.text();
  assert.deepEqual(sentTo(model)[1], ["assistant", "good"]);
  await sameIn([reloaded, other], ["q", "next"]);
});

describe("a choice that the server was not told of", () => {
  for (const how of ["is told once it can be", "is told by the next page"] as const)
    test(how, async () => {
      const kept = browserStorage();
      let isAway = false;
      const { context, page } = await answered(replies("edited"), {
        kept,
        fault: (_, init) =>
          isAway && init?.method === "PATCH" ? new Response(null, { status: 503 }) : undefined,
      });
      edit(page, "q edited");
      await idle(page);
      isAway = true;
      page.show(first(page)?.questions?.[0] ?? "");
      assert.deepEqual(asked(page), ["q"]);
      const { id } = page.getState();
      if (how === "is told by the next page") {
        page.close();
        const next = openPage(context, { id, kept });
        await waitUntil("it shows it", () => asked(next).join() === "q");
      } else isAway = false;
      await sameIn([openPage(context, { id })], ["q"]);
    });
});

describe("a tab that has not seen what was asked meanwhile", () => {
  for (const [where, turns] of [
    ["here", ["q", "elsewhere", "mine"]],
    ["branch", ["q", "mine"]],
  ] as const)
    test(`shows that first, and sends its own ${where}`, async () => {
      const { context, page } = await answered(replies("there", "mine too"));
      const asleep = openPage(context, { id: page.getState().id });
      await waitUntil("loaded", () => asked(asleep).length === 1);
      page.send("elsewhere");
      await idle(page);
      asleep.send("mine");
      await waitUntil("it is refused", () => last(asleep)?.pending?.state === "not-sent");
      await waitUntil("it shows what is newer", () => asked(asleep).length === 3);
      assert.deepEqual(asked(asleep), ["q", "elsewhere", "mine"]);
      asleep.resend(where);
      await idle(asleep);
      assert.deepEqual(asked(asleep), turns);
      await sameIn([page], [...turns]);
      const saved = await savedIn(context, page);
      assert.equal(saved.filter(({ role }) => role === "user").length, 3);
    });
});

test("of two tabs that send at once one is first; the other waits for its answer, and both are kept in order", async () => {
  const hold = gate();
  const { context, page } = await answered([[...says("one"), hold.promise, finished], ...replies("two")]);
  const other = openPage(context, { id: page.getState().id });
  await waitUntil("loaded", () => asked(other).length === 1);
  page.send("mine");
  other.send("other");
  const late = [page, other];
  const isRefused = (each: LiveConversation) => last(each)?.pending?.state === "not-sent";
  await waitUntil("one is refused", () => late.some(isRefused));
  const loser = late.find(isRefused) ?? assert.fail();
  const text = loser === page ? "mine" : "other";
  await waitUntil("it follows the first", () => asked(loser).length === 3 && loser.getState().busy);
  loser.resend("here");
  assert.deepEqual([last(loser)?.text, last(loser)?.isQueued], [text, true]);
  hold.open();
  await waitUntil("both are answered", () => shown(loser).join() === "good,one,two");
  await sameIn(late, ["q", text === "mine" ? "other" : "mine", text]);
});

describe("a question that is edited while an answer is written", () => {
  test("waits for its end, in words, and is asked once", async () => {
    const hold = gate();
    const { model, context, page } = await answered([
      [...says("two"), hold.promise, finished],
      ...replies("edited"),
    ]);
    page.send("second");
    await waitUntil("it writes", () => shown(page)[1] === "two");
    edit(page, "q edited");
    assert.deepEqual(asked(page), ["q", "second", "q edited"]);
    assert.equal(last(page)?.isQueued, true);
    hold.open();
    await waitUntil("it is answered", () => shown(page).join() === "edited");
    await idle(page);
    assert.deepEqual([asked(page), model.requests.length], [["q edited"], 3]);
    assert.equal((await savedIn(context, page)).length, 6);
  });

  test("is asked at once after a stop, and can be edited again until then", async () => {
    const { page } = await answered([[...says("two"), gate().promise], ...replies("edited")]);
    page.send("second");
    await waitUntil("it writes", () => shown(page)[1] === "two");
    edit(page, "q edited");
    assert.equal(page.discard(), "q edited");
    assert.deepEqual(asked(page), ["q", "second"]);
    edit(page, "q edited");
    page.stop();
    await waitUntil("it is answered", () => shown(page).join() === "edited");
    await idle(page);
  });
});

test("an edit whose answer did not come is asked once, however often it is sent", async () => {
  let isAway = true;
  const { model, context, page } = await answered(replies("edited"), {
    fault(url, init) {
      if (!isAway || !url.endsWith("/runs") || !isEdit(init?.body)) return undefined;
      throw new TypeError("offline");
    },
  });
  edit(page, "q edited");
  await waitUntil("it is not sent", () => last(page)?.pending?.state === "not-sent");
  assert.deepEqual(asked(page), ["q edited"]);
  isAway = false;
  page.resend();
  await idle(page);
  assert.deepEqual([asked(page), model.requests.length], [["q edited"], 2]);
  assert.equal((await savedIn(context, page)).length, 4);
});

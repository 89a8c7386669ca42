import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { createSteering, type Steering } from "#lib/client/steering/steering.ts";
import { steeringKey } from "#lib/client/steering/steering-key.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { clientEnvironment, type TestEnvironment } from "../../../support/client-environment.ts";
import { localApi } from "../../../support/local-api.ts";
import { spoken } from "../../../support/model-messages.ts";
import { runContext, userId } from "../../../support/run-bench.ts";
import { finished, gate, type ScriptedModel, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";
import { browserStorage, failure, idle, last, openPage } from "../conversation/page-bench.ts";

const closings: (() => void)[] = [];
after(() => closings.forEach((close) => close()));

interface Tab {
  page: LiveConversation;
  steering: Steering;
  environment: TestEnvironment;
  storage: Storage;
  /** What waits here to be asked. */
  queued: { current: readonly string[] };
  /** Texts that leave the queue for the page. */
  drafts: ReadonlyMap<string, string>;
  close(): void;
}

/** What is written in a page; `cut` makes its messages find no server. */
function openSteering(
  context: RunContext,
  page: LiveConversation,
  {
    storage = browserStorage(),
    isCut = (): boolean => false,
    isRefused = (): boolean => false,
    /** The server has it, and its reply is lost. */
    isLost = (_url: string, _body: string): boolean => false,
    maxPauseMs = 1000,
  } = {},
): Tab {
  const api = localApi(context);
  const queued: Tab["queued"] = { current: [] };
  const drafts = new Map<string, string>();
  const environment = clientEnvironment(async (url, init) => {
    if (isCut()) throw new TypeError("offline");
    if (isRefused() && init?.method === "POST")
      return Response.json({ code: "rate_limited" }, { status: 429 });
    const response = await api(url, init);
    if (isLost(url, typeof init?.body === "string" ? init.body : ""))
      throw new TypeError("its reply is lost");
    return response;
  }, maxPauseMs);
  const steering = createSteering({
    ...{ live: page, environment },
    storage: () => storage,
    onQueued: (messages) => void (queued.current = messages.map(({ text }) => text)),
    onTaking: (id, text) => void drafts.set(id, text),
    onTaken: (id) => void drafts.delete(id),
  });
  const close = steering.open();
  closings.push(close);
  return { page, steering, environment, storage, queued, drafts, close };
}

/** Another page of the conversation, with its live run. */
async function loaded(context: RunContext, id: string): Promise<LiveConversation> {
  const page = openPage(context, { id });
  await waitUntil("it is loaded", () => last(page)?.liveRun !== undefined);
  return page;
}

/** A page whose answer says "one" and then waits for `hold`. */
async function answering(options: Parameters<typeof openSteering>[2] = {}) {
  const hold = gate();
  const model = scriptedModel(
    [...says("one"), hold.promise, ...says(" two"), finished],
    [...says("three"), finished],
    [...says("four"), finished],
  );
  const context = runContext(model);
  const page = openPage(context);
  page.send("q");
  await waitUntil("it is answered", () => last(page)?.answer !== undefined);
  return { hold, model, context, ...openSteering(context, page, options) };
}

const fates = ({ steering }: Pick<Tab, "steering">): string[] =>
  steering.getState().messages.map(({ state }) => state);
/** What waits in the queue, as the page has it. */
const queuedTexts = ({ steering }: Pick<Tab, "steering">) =>
  (steering.getState().queue?.questions ?? []).map(({ text }) => text);
const waitsFor = (tab: Pick<Tab, "steering">, ...all: string[]) =>
  waitUntil(`${all.join(", ") || "nothing"} waits`, () => queuedTexts(tab).join() === all.join());
const allAsked = (page: LiveConversation, ...all: string[]) =>
  waitUntil("all are answered", () => texts(page).join() === all.join() && !page.getState().busy);
const idOf = ({ steering }: Pick<Tab, "steering">, text: string) =>
  steering.getState().queue?.questions.find((each) => each.text === text)?.id ?? assert.fail(text);
const nothingLeft = (tab: Pick<Tab, "steering">) =>
  waitUntil("no message is left", () => fates(tab).length === 0);
const texts = (page: LiveConversation) => page.getState().turns.map(({ text }) => text);
const lastSent = (model: ScriptedModel, at: number) =>
  spoken(model.requests[at]?.request.messages.slice(1) ?? []).at(-1)?.[1];

describe("a message that is written while an answer is", () => {
  test("goes into it: seen there where it was taken, and the model is asked with it once", async () => {
    const tab = await answering();
    assert.equal(tab.steering.send("in metres", "into"), "");
    await waitUntil("the server has it", () => fates(tab)[0] === "recorded");
    tab.hold.open();
    await nothingLeft(tab);
    await idle(tab.page);
    const parts = last(tab.page)?.answer?.parts ?? [];
    assert.deepEqual(
      parts.map((part) => ("text" in part ? part.text : "")),
      ["one two", "in metres", "three"],
    );
    assert.equal(lastSent(tab.model, 1), "in metres");
    assert.equal(tab.model.requests.length, 2);
  });

  test("is asked after it, one by one in their order", async () => {
    const tab = await answering();
    tab.steering.send("second", "after");
    tab.steering.send("third", "after");
    await waitsFor(tab, "second", "third");
    assert.deepEqual(tab.queued.current, []);
    tab.hold.open();
    await allAsked(tab.page, "q", "second", "third");
    assert.deepEqual(queuedTexts(tab), []);
    assert.deepEqual([lastSent(tab.model, 1), lastSent(tab.model, 2)], ["second", "third"]);
  });

  test("stops it and is asked at once", async () => {
    const tab = await answering();
    const runId = tab.steering.send("rather this", "stop");
    assert.ok(runId);
    await waitUntil("it is answered", () => texts(tab.page).length === 2 && !tab.page.getState().busy);
    assert.equal(last(tab.page)?.key, runId);
    assert.equal(lastSent(tab.model, 1), "rather this");
  });

  test("stops it and is asked before what waits already", async () => {
    const tab = await answering();
    tab.steering.send("second", "after");
    await waitsFor(tab, "second");
    tab.steering.send("rather this", "stop");
    await allAsked(tab.page, "q", "rather this", "second");
  });

  test("stops that answer and no later one, also when it is sent after a reload", async () => {
    let isCut = false;
    const tab = await answering({ isCut: () => isCut });
    tab.steering.send("second", "after");
    await waitsFor(tab, "second");
    const answered = last(tab.page)?.liveRun?.runId;
    assert.ok(answered);
    isCut = true;
    tab.steering.send("rather this", "stop");
    tab.close();
    const sent: string[] = [];
    const isLost = (url: string, body: string) => url.endsWith("/runs") && sent.push(body) === 0;
    openSteering(tab.context, tab.page, { storage: tab.storage, isLost });
    await allAsked(tab.page, "q", "rather this", "second");
    assert.deepEqual([sent.length, JSON.parse(sent[0] ?? "{}").stop], [1, answered]);
  });

  test("is sent again when a person is back who left while it found no server", async () => {
    let isCut = true;
    const tab = await answering({ isCut: () => isCut });
    tab.steering.send("in metres", "into");
    const attempts = () => tab.steering.getState().messages.map((each) => each.attempts);
    await waitUntil("it found no server", () => attempts()[0] === 1);
    tab.close();
    isCut = false;
    closings.push(tab.steering.open());
    await waitUntil("the server has it", () => fates(tab)[0] === "recorded");
    tab.hold.open();
    await nothingLeft(tab);
  });

  test("is the next question where that was stopped before it took it, and what waits goes on at a word", async () => {
    const tab = await answering();
    tab.steering.send("in metres", "into");
    await waitUntil("the server has it", () => fates(tab)[0] === "recorded");
    tab.steering.send("last", "after");
    await waitsFor(tab, "last");
    tab.page.stop();
    await waitUntil("it is paused", () => tab.steering.getState().queue?.pausedBy === "stopped");
    await allAsked(tab.page, "q", "in metres");
    tab.steering.resume();
    await allAsked(tab.page, "q", "in metres", "last");
    assert.ok(tab.page.getState().turns[1]?.sentInto);
    assert.deepEqual(fates(tab), []);
  });

  test("that came too late is asked under its own id", async () => {
    let isCut = true;
    const tab = await answering({ isCut: () => isCut });
    tab.steering.send("too late", "into");
    tab.hold.open();
    await idle(tab.page);
    isCut = false;
    await waitUntil("it is answered", () => texts(tab.page).length === 2 && !tab.page.getState().busy);
    assert.deepEqual(texts(tab.page), ["q", "too late"]);
  });

  test("survives a reload before the server had it, and is said once", async () => {
    let isCut = true;
    const tab = await answering({ isCut: () => isCut });
    tab.steering.send("a", "into");
    tab.steering.send("b", "after");
    tab.close();
    tab.page.close();
    isCut = false;
    const { id } = tab.page.getState();
    const page = await loaded(tab.context, id);
    const again = openSteering(tab.context, page, { storage: tab.storage });
    await waitUntil("the server has it", () => fates(again)[0] === "recorded");
    await waitsFor(again, "b");
    tab.hold.open();
    await waitUntil("all is answered", () => texts(page).length === 2 && !page.getState().busy);
    assert.deepEqual(texts(page), ["q", "b"]);
    assert.equal(lastSent(tab.model, 1), "a");
    assert.equal(tab.storage.getItem(steeringKey(id)), null);
  });

  test("into it is seen in every page that is open or is opened while the answer is written", async () => {
    const tab = await answering();
    const { id } = tab.page.getState();
    const early = openSteering(tab.context, await loaded(tab.context, id));
    tab.steering.send("in metres", "into");
    await waitUntil("the server has it", () => fates(tab)[0] === "recorded");
    const late = openSteering(tab.context, await loaded(tab.context, id));
    for (const each of [early, late]) {
      await waitUntil("it is seen", () => fates(each)[0] === "recorded");
      assert.equal(each.steering.getState().messages[0]?.text, "in metres");
    }
    tab.hold.open();
    for (const each of [tab, early, late]) await nothingLeft(each);
    await idle(late.page);
    assert.deepEqual(texts(late.page), ["q"]);
    assert.equal(tab.model.requests.length, 2);
    assert.equal(lastSent(tab.model, 1), "in metres");
  });

  test("is kept until the server has it, also over a reload: elsewhere too, and there alone if the tab is full", async () => {
    const storage = browserStorage();
    const tab = await answering({ storage, isCut: () => true });
    tab.steering.send("second", "after");
    tab.steering.send("into it", "into");
    assert.deepEqual(tab.queued.current, ["second"]);
    const again = openSteering(tab.context, tab.page, { storage, isCut: () => true });
    assert.deepEqual(again.queued.current, ["second"]);
    storage.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    tab.steering.send("third", "after");
    assert.deepEqual(tab.queued.current, ["second", "third"]);
    assert.equal(storage.getItem(steeringKey(tab.page.getState().id)), null);
    for (const { id } of tab.steering.getState().messages) tab.steering.take(id);
    // Of the first alone nobody knows whether the server has it.
    assert.deepEqual(tab.queued.current, ["second"]);
    tab.hold.open();
    await idle(tab.page);
  });

  test("that was refused is kept elsewhere as what waits is, until it is sent again, also by the next page", async () => {
    const storage = browserStorage();
    let refuses = true;
    const tab = await answering({ storage, isRefused: () => refuses });
    tab.steering.send("into it", "into");
    await waitUntil("it is refused", () => fates(tab)[0] === "not-sent");
    assert.deepEqual(tab.queued.current, ["into it"]);
    refuses = false;
    const [{ id } = { id: "" }] = tab.steering.getState().messages;
    tab.steering.resend(id);
    assert.deepEqual(tab.queued.current, []);
    tab.hold.open();
    await nothingLeft(tab);
    await idle(tab.page);
  });

  test("is asked nowhere once its conversation was left", async () => {
    const tab = await answering();
    tab.steering.send("into it", "into");
    tab.steering.leave();
    assert.deepEqual([fates(tab), tab.queued.current], [[], []]);
    tab.hold.open();
    await idle(tab.page);
    assert.deepEqual(texts(tab.page), ["q"]);
  });

  test("can be had back as long as nobody has asked it, and only then", async () => {
    const tab = await answering();
    for (const text of ["second", "third"]) tab.steering.send(text, "after");
    await waitsFor(tab, "second", "third");
    const [second, third] = ["second", "third"].map((text) => idOf(tab, text));
    const given: string[] = [];
    tab.steering.take(second ?? "", (text) => given.push(text));
    await waitsFor(tab, "third");
    assert.deepEqual(given, ["second"]);
    // Another page has it asked meanwhile, as far as this one knows nothing of that.
    const { id } = tab.page.getState();
    await localApi(tab.context)(`/api/conversations/${id}/queue`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ remove: third }),
    });
    tab.hold.open();
    await allAsked(tab.page, "q");
  });

  test("is asked once where it is removed before its answer has come", async () => {
    let isAway = true;
    // Nor does this page see the queue.
    const isLost = (url: string, body: string) =>
      isAway && url.startsWith("/api/c") && !body.includes("remove");
    const tab = await answering({ isLost, maxPauseMs: 50 });
    const { id } = tab.page.getState();
    const other = openSteering(tab.context, await loaded(tab.context, id));
    tab.steering.send("second", "after");
    await waitsFor(other, "second");
    const given: string[] = [];
    const taken = idOf(other, "second");
    tab.steering.take(taken, (text) => given.push(text));
    await waitUntil("it is back", () => given.length === 1);
    isAway = false;
    assert.deepEqual([fates(tab), queuedTexts(tab), given], [[], [], ["second"]]);
    const found = await tab.context.storage.conversations.queue(id, userId);
    assert.deepEqual([found?.queue.questions, found?.queue.left], [[], [{ id: taken, how: "removed" }]]);
    tab.hold.open();
    await idle(tab.page);
  });

  test("is not lost where nobody says whether it was removed", async () => {
    const isLost = (url: string, body: string) => url.endsWith("/queue") && body.includes("remove");
    const tab = await answering({ isLost, maxPauseMs: 5 });
    tab.steering.send("second", "after");
    await waitsFor(tab, "second");
    const id = idOf(tab, "second");
    const given: string[] = [];
    tab.steering.take(id, (text) => given.push(text));
    await waitUntil("it is given up", () => tab.steering.getState().unchanged?.id === id);
    assert.deepEqual([given, [...tab.drafts.values()]], [[], ["second"]]);
    tab.close();
  });

  test("is moved, sent now, or said into the answer, from any page", async () => {
    const tab = await answering();
    const { id } = tab.page.getState();
    const other = openSteering(tab.context, await loaded(tab.context, id));
    for (const text of ["a", "b", "c"]) tab.steering.send(text, "after");
    for (const each of [tab, other]) await waitsFor(each, "a", "b", "c");
    other.steering.move(idOf(other, "c"), "up");
    await waitsFor(other, "a", "c", "b");
    other.steering.move(idOf(other, "a"), "down");
    await waitsFor(tab, "c", "a", "b");
    tab.steering.steer(idOf(tab, "a"));
    await waitsFor(tab, "c", "b");
    await waitUntil("it is said", () => fates(tab)[0] === "recorded");
    tab.steering.hurry(idOf(tab, "b"));
    // What was said into it is asked first, for it came first.
    for (const { page } of [tab, other]) await allAsked(page, "q", "a", "b", "c");
  });

  test("waits where the answer failed, says so in every page, and goes on at a word", async () => {
    const hold = gate();
    const context = runContext(
      scriptedModel([...says("one"), hold.promise, failure], [...says("two"), finished]),
    );
    const page = openPage(context);
    page.send("q");
    await waitUntil("it is answered", () => last(page)?.answer !== undefined);
    const tab = openSteering(context, page);
    tab.steering.send("second", "after");
    await waitsFor(tab, "second");
    hold.open();
    await waitUntil("it is paused", () => tab.steering.getState().queue?.pausedBy === "failed");
    const late = openSteering(context, openPage(context, { id: page.getState().id }));
    await waitUntil("it is seen", () => late.steering.getState().queue?.pausedBy === "failed");
    // What is asked by itself meanwhile leaves it paused.
    assert.equal(tab.steering.send("between", "after"), undefined);
    page.send("between");
    await allAsked(page, "q", "between");
    assert.deepEqual(queuedTexts(tab), ["second"]);
    late.steering.resume();
    await allAsked(late.page, "q", "between", "second");
  });

  test("is the conversation's own to send where nothing is in its way", async () => {
    const tab = await answering();
    tab.hold.open();
    await idle(tab.page);
    assert.equal(tab.steering.send("next", "after"), undefined);
  });
});

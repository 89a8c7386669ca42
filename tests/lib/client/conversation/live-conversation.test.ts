import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { createLiveConversation, type LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { sendProblem } from "#lib/client/conversation/pending-message.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { clientEnvironment, type TestEnvironment } from "../../../support/client-environment.ts";
import { localApi } from "../../../support/local-api.ts";
import { spoken } from "../../../support/model-messages.ts";
import { runContext, textOf } from "../../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

interface Page {
  store: LiveConversation;
  environment: TestEnvironment;
  requests: string[];
}

type Fault = (url: string, init?: RequestInit) => Response | undefined | Promise<Response | undefined>;

const opened: LiveConversation[] = [];
after(() => opened.forEach((store) => store.close()));

/** A page that shows one conversation; `fault` may answer in the server's place. */
function openPage(
  context: RunContext,
  id: string = randomUUID(),
  isNew = true,
  fault: Fault = () => undefined,
): Page {
  const api = localApi(context);
  const requests: string[] = [];
  const environment = clientEnvironment(async (url, init) => {
    requests.push(`${init?.method ?? "GET"} ${url.replace(/[0-9a-f-]{36}/g, "*")}`);
    return (await fault(url, init)) ?? api(url, init);
  });
  const store = createLiveConversation({ environment, id, ...(isNew && { view: null }) });
  store.open();
  opened.push(store);
  return { store, environment, requests };
}

const shown = ({ store }: Page): string[] =>
  store
    .getState()
    .turns.map(
      ({ text, answer, pending }) => `${text} > ${answer ? textOf(answer) : (pending?.state ?? "")}`,
    );

const idle = (page: Page) => waitUntil("the page is idle", () => !page.store.getState().busy);

test("a question and its answer, then a second one that knows the first", async () => {
  const model = scriptedModel([...says("Hello ", "you"), finished], [...says("again"), finished]);
  const page = openPage(runContext(model));
  page.store.send("hi");
  assert.deepEqual(shown(page), ["hi > sending"]);
  await idle(page);
  page.store.send("more");
  await idle(page);
  assert.deepEqual(shown(page), ["hi > Hello you", "more > again"]);
  assert.equal(model.requests[1]?.request.messages.length, 4);
  assert.deepEqual(page.requests, ["POST /api/conversations/*/runs", "POST /api/conversations/*/runs"]);
});

test("a settled turn stays the same object while the next one is written", async () => {
  const hold = gate();
  const page = openPage(
    runContext(
      scriptedModel([...says("one"), finished], [...says("t"), hold.promise, ...says("wo"), finished]),
    ),
  );
  page.store.send("a");
  await idle(page);
  const [settled] = page.store.getState().turns;
  page.store.send("b");
  await waitUntil("the second answer begins", () => shown(page)[1] === "b > t");
  assert.equal(page.store.getState().turns[0], settled);
  hold.open();
  await idle(page);
  assert.equal(page.store.getState().turns[0], settled);
  assert.deepEqual(shown(page), ["a > one", "b > two"]);
});

test("two pages on one conversation show the same, and either may stop", async () => {
  const [hold, never] = [gate(), gate()];
  const context = runContext(scriptedModel([...says("one "), hold.promise, ...says("two "), never.promise]));
  const first = openPage(context);
  first.store.send("go");
  await waitUntil("the first word", () => shown(first)[0] === "go > one ");
  const second = openPage(context, first.store.getState().id, false);
  await waitUntil("the other page has it", () => shown(second)[0] === "go > one ");
  hold.open();
  await waitUntil(
    "both go on",
    () => shown(first)[0] === "go > one two " && shown(second)[0] === "go > one two ",
  );
  second.store.stop();
  assert.equal(second.store.getState().stopping, true);
  await Promise.all([idle(first), idle(second)]);
  assert.deepEqual(shown(first), shown(second));
  assert.equal(first.store.getState().turns[0]?.answer?.ending?.type, "abort");
});

test("a page that is idle learns of a run that was started elsewhere when it is looked at again", async () => {
  const context = runContext(scriptedModel([...says("one"), finished]));
  const first = openPage(context);
  first.store.send("a");
  await idle(first);
  const second = openPage(context, first.store.getState().id, false);
  await waitUntil("loaded", () => shown(second).length === 1);
  second.store.send("b");
  await idle(second);
  first.environment.changePresence("focus");
  await waitUntil("the first page has it", () => shown(first).length === 2);
  assert.deepEqual(shown(first), shown(second));
});

test("a send right after Stop goes out when the stopped run has ended", async () => {
  const never = gate();
  const model = scriptedModel([...says("half"), never.promise], [...says("whole"), finished]);
  const page = openPage(runContext(model));
  page.store.send("a");
  await waitUntil("it writes", () => shown(page)[0] === "a > half");
  page.store.stop();
  page.store.send("b");
  assert.deepEqual(shown(page)[1], "b > sending");
  await idle(page);
  assert.deepEqual(shown(page), ["a > half", "b > whole"]);
  assert.deepEqual(spoken(model.requests[1]?.request.messages.slice(1) ?? []), [
    ["user", "a"],
    ["assistant", "half"],
    ["user", "b"],
  ]);
});

test("a stop before the server has acknowledged the question still stops it", async () => {
  const [hold, never] = [gate(), gate()];
  const model = scriptedModel([never.promise]);
  const page = openPage(runContext(model), undefined, true, async (url) => {
    if (url.endsWith("/runs")) await hold.promise;
    return undefined;
  });
  page.store.send("a");
  page.store.stop();
  hold.open();
  await idle(page);
  assert.equal(page.store.getState().turns[0]?.answer?.ending?.type, "abort");
});

test("a POST whose answer is lost is sent again under the same run id: one run, one model call", async () => {
  const model = scriptedModel([...says("x"), finished]);
  const context = runContext(model);
  const api = localApi(context);
  let lost = 0;
  const page = openPage(context, undefined, true, async (url, init) => {
    if (!url.endsWith("/runs") || lost++ >= 2) return undefined;
    await api(url, init);
    throw new TypeError("network");
  });
  page.store.send("a");
  await idle(page);
  assert.deepEqual(shown(page), ["a > x"]);
  assert.equal(model.requests.length, 1);
  assert.equal(lost, 3);
});

test("a refused send stays as a turn that was not sent: resent, or discarded to be edited", async () => {
  let away = true;
  const model = scriptedModel([...says("x"), finished]);
  const page = openPage(runContext(model), undefined, true, (url) =>
    away && url.endsWith("/runs")
      ? Response.json({ code: "store_unavailable", requestId: "r1" }, { status: 503 })
      : undefined,
  );
  page.store.send("a");
  await idle(page);
  assert.deepEqual(shown(page), ["a > not-sent"]);
  assert.equal(sendProblem(page.store.getState().turns[0]?.pending)?.requestId, "r1");
  assert.equal(model.requests.length, 0);
  assert.equal(page.store.discard(), "a");
  assert.deepEqual(shown(page), []);
  page.store.send("a");
  await idle(page);
  away = false;
  page.store.resend();
  await idle(page);
  assert.deepEqual(shown(page), ["a > x"]);
});

test("a conversation that is busy in another tab says so and shows that run", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([...says("one"), hold.promise, finished]));
  const id = randomUUID();
  const [first, second] = [openPage(context, id), openPage(context, id)];
  first.store.send("a");
  await waitUntil("it writes", () => shown(first)[0] === "a > one");
  second.store.send("b");
  await waitUntil("the other page shows both", () => shown(second).length === 2);
  assert.deepEqual(shown(second), ["a > one", "b > not-sent"]);
  assert.equal(sendProblem(second.store.getState().turns[1]?.pending)?.code, "conversation_busy");
  hold.open();
  await idle(second);
});

test("Retry answers the same question again, and the new answer is shown and sent", async () => {
  const model = scriptedModel(
    [...says("bad"), finished],
    [...says("good"), finished],
    [...says("next"), finished],
  );
  const page = openPage(runContext(model));
  page.store.send("q");
  await idle(page);
  page.store.retry();
  assert.deepEqual(shown(page), ["q > bad"]);
  await idle(page);
  assert.deepEqual(shown(page), ["q > good"]);
  page.store.send("r");
  await idle(page);
  assert.deepEqual(spoken(model.requests[2]?.request.messages.slice(1) ?? []), [
    ["user", "q"],
    ["assistant", "good"],
    ["user", "r"],
  ]);
});

test("a hidden page lets its stream go and catches up by its cursor when it is seen again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const hold = gate();
  const page = openPage(runContext(scriptedModel([...says("one "), hold.promise, ...says("two"), finished])));
  page.store.send("go");
  t.mock.timers.reset();
  await waitUntil("the first word", () => shown(page)[0] === "go > one ");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  page.environment.changePresence("hidden");
  t.mock.timers.tick(6000);
  t.mock.timers.reset();
  assert.equal(page.store.getState().busy, true);
  hold.open();
  page.environment.changePresence("visible");
  await idle(page);
  assert.deepEqual(shown(page), ["go > one two"]);
  assert.equal(page.requests.filter((request) => request.startsWith("GET /api/runs/")).length, 1);
});

test("a page whose session was logged out elsewhere says so, and shows nothing that it could stop", async (t) => {
  const hold = gate();
  let isOut = false;
  const page = openPage(
    runContext(scriptedModel([...says("one"), hold.promise, ...says(" two"), finished])),
    undefined,
    true,
    () => (isOut ? Response.json({ status: 401, code: "no_session" }, { status: 401 }) : undefined),
  );
  page.store.send("go");
  await waitUntil("it is written", () => shown(page)[0] === "go > one");
  isOut = true;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  page.environment.changePresence("hidden");
  t.mock.timers.tick(6000);
  t.mock.timers.reset();
  page.environment.changePresence("visible");
  await waitUntil("it is known", () => page.store.getState().phase === "no-session");
  const { busy, stopping } = page.store.getState();
  assert.deepEqual([busy, stopping], [false, false]);
  assert.deepEqual(shown(page), ["go > one"]);
  hold.open();
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { localApi } from "../../../support/local-api.ts";
import { finished, says } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";
import {
  answered,
  asksAfterGood,
  type Fault,
  idle,
  last,
  never,
  openPage,
  sentTo,
  shown,
} from "./page-bench.ts";

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
    const connection = { isCut: false };
    const server: { api?: ReturnType<typeof localApi> } = {};
    const { model, context, page } = await answered(
      [
        [...says("better"), finished],
        [...says("after"), finished],
      ],
      {
        fault(url, init) {
          if (!connection.isCut) return undefined;
          if (isQuestion(init?.body)) void server.api?.(url, init);
          return offline();
        },
      },
    );
    const good = last(page)?.answer?.id ?? "";
    page.retry();
    await idle(page);
    server.api = localApi(context);
    connection.isCut = true;
    page.send("next");
    await waitUntil("it counts as not sent", () => last(page)?.pending?.state === "not-sent");
    page.show(good);
    connection.isCut = false;
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
    const connection = { isCut: false };
    const fault: Fault = () => (connection.isCut ? offline() : undefined);
    const { page } = await answered([], { fault });
    connection.isCut = true;
    page.send("next");
    page.stop();
    await waitUntil("it counts as not sent", () => problemOf(page) !== undefined);
    assert.equal(problemOf(page), "stopped");
  });

  test("is stopped once it turns out that the server has it", async () => {
    const connection = { isCut: false };
    const server: { api?: ReturnType<typeof localApi> } = {};
    const { model, context, page } = await answered([[...says("half"), never]], {
      fault(url, init) {
        if (!connection.isCut) return undefined;
        if (isQuestion(init?.body)) void server.api?.(url, init);
        return offline();
      },
    });
    server.api = localApi(context);
    connection.isCut = true;
    page.send("next");
    page.stop();
    await waitUntil("it counts as not sent", () => problemOf(page) === "stopped");
    connection.isCut = false;
    page.refresh();
    await waitUntil("its answer has ended", () => last(page)?.answer?.ending?.type === "abort");
    assert.equal(model.requests.length, 2);
  });
});

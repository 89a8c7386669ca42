import assert from "node:assert/strict";
import { test } from "node:test";
import { createBackgroundRuns } from "#lib/client/background-runs.ts";
import { watchBackgroundRuns } from "#lib/client/watch-background-runs.ts";
import type { LiveRunView } from "#lib/protocol/live-run-view.ts";
import { clientEnvironment } from "../../support/client-environment.ts";
import { waitUntil } from "../../support/wait-until.ts";

const run = (id: string, status: LiveRunView["status"] = "running"): LiveRunView => ({
  ...{ runId: `run-${id}`, conversationId: id, title: `title ${id}`, agent: "a", status, createdAt: 0 },
});

/** A page and what its server lists; `status` other than 200: it fails. */
function watching(t: { after(end: () => void): void }) {
  const server = { runs: [] as LiveRunView[], status: 200, asked: 0 };
  const page = { isBusy: true, notifies: false };
  const noticed: string[] = [];
  const environment = clientEnvironment(async (url) => {
    assert.equal(url, "/api/runs");
    server.asked += 1;
    return Response.json({ runs: server.runs }, { status: server.status });
  }, 1);
  const background = createBackgroundRuns();
  const ending = new AbortController();
  t.after(() => ending.abort());
  const done = watchBackgroundRuns(
    {
      ...{ environment, background },
      isBusy: () => page.isBusy,
      notifies: () => page.notifies,
      notify: ({ conversationId }, what) => void noticed.push(`${conversationId} ${what}`),
    },
    ending.signal,
  );
  /** Until the server was asked twice more: the first may have been under way. */
  async function settle(): Promise<void> {
    const { asked } = server;
    await waitUntil("it has asked", () => server.asked >= asked + 2);
  }
  return { server, page, noticed, environment, background, settle, end: () => ending.abort(), done };
}

test("a page that is seen asks while there is a run in the background, and forgets it then", async (t) => {
  const { server, page, background, noticed, settle, environment } = watching(t);
  server.runs = [run("a"), run("b", "waiting")];
  await settle();
  assert.deepEqual([...background.getState().keys()], ["a", "b"]);
  server.runs = [run("b", "waiting")];
  await settle();
  assert.deepEqual([...background.getState().keys()], ["b"]);
  page.isBusy = false;
  await waitUntil("it is forgotten", () => background.getState().size === 0);
  const { asked } = server;
  const pauses = environment.pauses.length;
  await waitUntil("some pauses", () => environment.pauses.length > pauses + 3);
  assert.equal(server.asked, asked);
  assert.deepEqual(noticed, [], "whoever sees the page is not notified");
});

test("a hidden page asks only where somebody wants to be notified, and notifies once of each end and wait", async (t) => {
  const { server, page, noticed, environment, settle } = watching(t);
  environment.visible = false;
  await waitUntil("some pauses", () => environment.pauses.filter((ms) => ms === 60_000).length > 2);
  const { asked } = server;
  assert.ok(asked <= 1);
  page.notifies = true;
  server.runs = [run("a"), run("b"), run("c", "waiting")];
  await settle();
  assert.deepEqual(noticed, [], "what is so already is no news");
  server.runs = [run("b", "waiting"), run("c", "waiting")];
  await settle();
  await settle();
  assert.deepEqual(noticed, ["a ended", "b waits"]);
  server.runs = [];
  await settle();
  assert.deepEqual(noticed, ["a ended", "b waits", "b ended", "c ended"]);
});

test("a server that fails changes nothing, and no page is asked for after its end", async (t) => {
  const { server, page, noticed, environment, background, settle, end, done } = watching(t);
  [environment.visible, page.notifies] = [false, true];
  server.runs = [run("a")];
  await settle();
  server.status = 503;
  await settle();
  assert.deepEqual([[...background.getState().keys()], noticed], [["a"], []]);
  end();
  await done;
  const { asked } = server;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(server.asked, asked);
});

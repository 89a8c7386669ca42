import assert from "node:assert/strict";
import { test } from "node:test";
import { type WindowGroup, watchChanges } from "#lib/client/watch-changes.ts";
import type { NewestChange } from "#lib/protocol/newest-change.ts";
import { clientEnvironment } from "../../support/client-environment.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** The windows of one browser without a browser: one leads, in the order in which they came. */
function newBrowser(canWait: boolean): () => WindowGroup {
  const listeners = new Set<(change: NewestChange) => void>();
  let leading: Promise<void> = Promise.resolve();
  return () => {
    let own: ((change: NewestChange) => void) | undefined;
    return {
      canWait,
      async lead(signal, work) {
        const before = leading;
        leading = before.then(() => (signal.aborted ? undefined : work()));
        await leading;
      },
      announce: (change) => listeners.forEach((told) => told !== own && told(change)),
      onAnnounced(told, signal) {
        own = told;
        listeners.add(told);
        signal.addEventListener("abort", () => listeners.delete(told));
      },
    };
  };
}

/** A server whose newest change can be set, and a window for each call of `open`. */
function site(t: { after(end: () => void): void }, canWait = true) {
  const server = { tag: "a", status: 200, asked: [] as string[], pausing: new Set<() => void>() };
  const newWindow = newBrowser(canWait);
  function change(tag: string): void {
    server.tag = tag;
    for (const answer of server.pausing) answer();
  }
  function open() {
    const told: string[] = [];
    const environment = clientEnvironment(async (url, { signal } = {}) => {
      const after = new URL(url, "http://x").searchParams.get("after");
      server.asked.push(String(after));
      if (server.status !== 200) return new Response(null, { status: server.status });
      if (after === server.tag)
        await new Promise<void>((resolve, reject) => {
          server.pausing.add(resolve);
          signal?.addEventListener("abort", () => reject(new Error("left")));
        });
      return Response.json({ tag: server.tag });
    });
    const over = new AbortController();
    t.after(() => over.abort());
    const done = watchChanges(
      environment,
      newWindow(),
      { newest: () => told.at(-1) ?? "a", onChange: ({ tag }) => void told.push(tag) },
      over.signal,
    );
    return { told, environment, close: () => over.abort(), done };
  }
  return { server, change, open };
}

test("each change since what is shown is told once", async (t) => {
  const { server, change, open } = site(t);
  const { told } = open();
  await waitUntil("it waits", () => server.asked.at(-1) === "a");
  assert.deepEqual(told, []);
  change("b");
  await waitUntil("it was told", () => told.length === 1);
  await waitUntil("it waits again", () => server.asked.at(-1) === "b");
  change("c");
  await waitUntil("it was told again", () => told.length === 2);
  assert.deepEqual(told, ["b", "c"]);
});

test("one window of a browser asks, the others are told, and another takes over when it goes", async (t) => {
  const { server, change, open } = site(t);
  const [first, second] = [open(), open()];
  await waitUntil("one waits", () => server.asked.at(-1) === "a");
  assert.deepEqual(server.asked, ["a"]);
  change("b");
  await waitUntil("both know", () => first.told.length + second.told.length === 2);
  first.environment.visible = false;
  first.environment.changePresence("hidden");
  await waitUntil("the other waits", () => server.asked.filter((tag) => tag === "b").length === 2);
  change("c");
  await waitUntil("it was told", () => second.told.length === 2);
  assert.deepEqual(
    [first.told, second.told],
    [
      ["b", "c"],
      ["b", "c"],
    ],
  );
});

test("where no window may wait, it looks now and then, and no connection stays open", async (t) => {
  const { server, change, open } = site(t, false);
  const { told, environment } = open();
  await waitUntil("it has looked", () => server.asked.length > 2);
  assert.deepEqual(
    [new Set(server.asked), new Set(environment.pauses)],
    [new Set(["null"]), new Set([1500])],
  );
  change("b");
  await waitUntil("it was told", () => told.length === 1);
  assert.deepEqual(told, ["b"]);
});

test("a server that fails is asked again ten seconds later, and nobody after the end", async (t) => {
  const { server, open } = site(t);
  server.status = 503;
  const { told, environment, close, done } = open();
  await waitUntil("it was asked", () => environment.pauses.length > 2);
  close();
  await done;
  assert.deepEqual(new Set(environment.pauses), new Set([10_000]));
  assert.deepEqual(told, []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createLatch } from "#lib/async/latch.ts";
import { createNotifier, type Wake } from "#lib/storage/core/notifier.ts";

/** A notifier, and how its runs are watched. */
function opened() {
  const wakes = new Map<string, Wake>();
  const log: string[] = [];
  const notifier = createNotifier((runId, wake) => {
    log.push(`watch ${runId}`);
    wakes.set(runId, wake);
    return () => void log.push(`unwatch ${runId}`);
  });
  function subscribe(runId: string, only?: "stop") {
    const latch = createLatch();
    const subscription = notifier.subscribe(runId, latch, only);
    return { latch, subscription, wasSet: () => latch.wait(0) };
  }
  const wake = (runId: string, change?: "log") => wakes.get(runId)?.(change);
  return { notifier, log, subscribe, wake };
}

test("6.2 a run is watched once, however many subscribe, from the first to the last", () => {
  const { log, subscribe } = opened();
  const many = Array.from({ length: 100 }, () => subscribe("a"));
  const other = subscribe("b", "stop");
  assert.deepEqual(log, ["watch a", "watch b"]);
  for (const { subscription } of many) subscription.unsubscribe();
  many[0]?.subscription.unsubscribe();
  other.subscription.unsubscribe();
  assert.deepEqual(log.slice(2), ["unwatch a", "unwatch b"]);
  subscribe("a");
  assert.deepEqual(log.slice(4), ["watch a"]);
});

test("5.5 who is woken: every subscriber of the run, those that wait for a stop not by its log", async () => {
  const { notifier, subscribe, wake } = opened();
  const [reader, stopWatcher, other] = [subscribe("a"), subscribe("a", "stop"), subscribe("b")];
  const cases: [change: () => void, reader: boolean, stopWatcher: boolean][] = [
    [() => notifier.changed("a"), true, true],
    [() => notifier.changed("a", "log"), true, false],
    [() => wake("a"), true, true],
    [() => wake("a", "log"), true, false],
    [() => notifier.notify("a", "ok"), true, false],
    // No news.
    [() => notifier.notify("a", "ok"), false, false],
    [() => notifier.notify("a", undefined), true, false],
    [() => notifier.changed("c"), false, false],
  ];
  for (const [change, ...woken] of cases) {
    change();
    assert.deepEqual([await reader.wasSet(), await stopWatcher.wasSet()], woken);
    assert.equal(await other.wasSet(), false);
  }
});

test("6.4 durability is the holder's last word, and nothing is kept of a run that it has released", () => {
  const { notifier, subscribe } = opened();
  notifier.notify("a", "delayed");
  const { subscription } = subscribe("a");
  assert.equal(subscription.durability, "delayed");
  assert.equal(subscribe("b").subscription.durability, undefined);
  notifier.notify("a", "ok");
  assert.equal(subscription.durability, "ok");
  notifier.notify("a", undefined);
  assert.equal(subscription.durability, undefined);
});

test("closing ends every subscription, and those that come later get a closed latch", () => {
  const { notifier, log, subscribe } = opened();
  const subscribers = [subscribe("a"), subscribe("a", "stop"), subscribe("b")];
  notifier.close();
  subscribers.push(subscribe("a"));
  for (const { latch, subscription } of subscribers) {
    assert.ok(latch.isClosed);
    subscription.unsubscribe();
  }
  assert.deepEqual(log, ["watch a", "watch b", "unwatch a", "unwatch b"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { restSubscription } from "#lib/storage/kv/rest-subscription.ts";
import type { OnNotice } from "#lib/storage/kv/watch-run.ts";

test("6.2 the event stream is opened anew every 30 s, the new one before the old one is closed, until the end", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const log: string[] = [];
  const notices: (string | undefined)[] = [];
  const streams: OnNotice[] = [];
  const subscribe = restSubscription((channel, onNotice) => {
    const stream = streams.push(onNotice);
    log.push(`open ${channel} ${stream}`);
    return () => void log.push(`close ${stream}`);
  });
  const unsubscribe = subscribe("channel", (notice) => notices.push(notice));
  t.mock.timers.tick(29_999);
  assert.deepEqual(log.splice(0), ["open channel 1"]);
  t.mock.timers.tick(1);
  assert.deepEqual(log.splice(0), ["open channel 2", "close 1"]);
  streams.at(-1)?.("log");
  assert.deepEqual(notices, ["log"]);
  unsubscribe();
  t.mock.timers.tick(60_000);
  assert.deepEqual(log, ["close 2"]);
});

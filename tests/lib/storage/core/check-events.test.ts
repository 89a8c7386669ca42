import assert from "node:assert/strict";
import { test } from "node:test";
import { checkEvents } from "#lib/storage/core/check-events.ts";
import {
  abort,
  error,
  finish,
  ids,
  interrupted,
  numbered,
  textDelta,
} from "../../../support/event-builders.ts";

const lease = { runId: ids.run, epoch: 1, token: "t" };
const [text, last] = numbered([textDelta("a"), finish()], { runId: ids.run });
assert.ok(text && last);
const wrong = { name: "TypeError" };

test("an append takes any events of its run and epoch but a terminal one", () => {
  checkEvents(lease, [], false);
  checkEvents(lease, [text, { ...text, seq: 9 }], false);
  for (const terminal of numbered([finish(), abort(), error(), interrupted()], { runId: ids.run })) {
    assert.throws(() => checkEvents(lease, [terminal], false), wrong);
    assert.throws(() => checkEvents(lease, [text, terminal], false), wrong);
  }
});

test("a finish takes one terminal event, which stands last", () => {
  checkEvents(lease, [last], true);
  checkEvents(lease, [text, last], true);
  for (const events of [[], [text], [last, text], [last, last]])
    assert.throws(() => checkEvents(lease, events, true), wrong);
});

test("an event of another run or epoch is refused, and named", () => {
  for (const other of [{ epoch: 2 }, { runId: crypto.randomUUID() }]) {
    assert.throws(() => checkEvents(lease, [{ ...text, ...other }], false), {
      ...wrong,
      message: /event 1 is of/,
    });
    assert.throws(() => checkEvents(lease, [{ ...last, ...other }], true), wrong);
  }
});

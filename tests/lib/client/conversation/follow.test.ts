import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { newCheck } from "#lib/client/conversation/stream-check.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import {
  after,
  fired,
  half,
  more,
  r1,
  situations,
  waiting,
} from "../../../support/conversation-situations.ts";
import { followed, testTransitions } from "../../../support/transition-rows.ts";

/** The stream has brought what `half` holds. */
const read = { ...newCheck, streamedSeq: half.seq };

testTransitions([
  [
    "a run that is not followed has no store to speak of",
    "paused",
    { type: "durability-changed", durability: "stopped" },
    "unchanged",
  ],
  [
    "what was known of the store already changes nothing",
    "writing",
    { type: "durability-changed", durability: "ok" },
    "unchanged",
  ],
  [
    "connecting at once follows from the cursor",
    "lost",
    { type: "reconnect-requested" },
    { following: followed(r1) },
    { type: "follow-run", run: half },
  ],
  ["a message under way keeps its connection", "sending", { type: "reconnect-requested" }, "unchanged"],
  ["its events are folded", "writing", { type: "events-applied", run: more }, { run: more }],
  [
    "events of a run that is not followed any more are dropped",
    "paused",
    { type: "events-applied", run: more },
    "unchanged",
  ],
  [
    "a lost connection is lost since its first failure",
    "lost",
    { type: "connection-changed", connection: { ...waiting, attempt: 2 }, at: 1500 },
    { following: followed(r1, { connection: { ...waiting, attempt: 2 }, lostAt: 1000, check: read }) },
  ],
  [
    "it stays lost while it connects",
    "lost",
    { type: "connection-changed", connection: { type: "connecting" }, at: 1500 },
    "unchanged",
  ],
  [
    "once it is back, it is known how long it was away",
    "lost",
    { type: "connection-changed", connection: { type: "live" }, at: 4000 },
    {
      following: followed(r1, { connection: { type: "live" }, check: read }),
      reconnectedAfterMs: 3000,
      reconnections: [{ runId: r1, seq: 5, afterMs: 3000 }],
    },
  ],
  [
    "what becomes of its store shows",
    "writing",
    { type: "durability-changed", durability: "stopped" },
    { following: followed(r1, { durability: "stopped", check: read }) },
  ],
]);

test("a run that was acknowledged and paused before its first event is followed from the beginning", () => {
  const hidden = after(situations.accepted, fired("hide"));
  const { effects } = conversationTransition(hidden, { type: "presence-changed", presence: "visible" });
  assert.deepEqual(effects.at(-1), { type: "follow-run", run: emptyRun(r1) });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSessionWatch } from "#lib/sessions/session-watch.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** What the store says was logged out, and how often it was asked. */
function store() {
  const out = new Set<string>();
  const state = { out, asked: 0, isAway: false };
  const loggedOut = async (sessions: readonly string[]) => {
    state.asked += 1;
    if (state.isAway) throw new Error("away");
    return sessions.filter((session) => out.has(session));
  };
  return { state, loggedOut };
}

test("S6 the streams of a session end once the store says that it was logged out, and no others", async () => {
  const { state, loggedOut } = store();
  const watch = createSessionWatch({ loggedOut }, 5);
  const over = new AbortController();
  const mine = [watch.logoutSignal("mine", over.signal), watch.logoutSignal("mine", over.signal)];
  const other = watch.logoutSignal("other", over.signal);
  await waitUntil("it was asked", () => state.asked > 1);
  assert.ok(mine.every(({ aborted }) => !aborted));
  state.out.add("mine");
  await waitUntil("they end", () => mine.every(({ aborted }) => aborted));
  assert.equal(other.aborted, false);
  over.abort();
});

test("a log-out here ends its streams at once", () => {
  const watch = createSessionWatch(store(), 60_000);
  const over = new AbortController();
  const [mine, other] = [watch.logoutSignal("mine", over.signal), watch.logoutSignal("other", over.signal)];
  watch.abort("mine");
  assert.deepEqual([mine.aborted, other.aborted], [true, false]);
  over.abort();
});

test("a store that is away ends nothing and is asked again", async () => {
  const { state, loggedOut } = store();
  const watch = createSessionWatch({ loggedOut }, 5);
  const over = new AbortController();
  const mine = watch.logoutSignal("mine", over.signal);
  state.isAway = true;
  state.out.add("mine");
  await waitUntil("it was asked in vain", () => state.asked > 2);
  assert.equal(mine.aborted, false);
  state.isAway = false;
  await waitUntil("it ends", () => mine.aborted);
  over.abort();
});

test("R38 without a stream nothing is asked any more", async () => {
  const { state, loggedOut } = store();
  const watch = createSessionWatch({ loggedOut }, 5);
  for (let time = 0; time < 100; time += 1) {
    const over = new AbortController();
    watch.logoutSignal(`s${time % 3}`, over.signal);
    over.abort();
    watch.logoutSignal("late", over.signal);
  }
  const asked = state.asked;
  const other = store();
  const witness = createSessionWatch(other, 5);
  const over = new AbortController();
  witness.logoutSignal("witness", over.signal);
  await waitUntil("time has passed", () => other.state.asked > 5);
  over.abort();
  assert.equal(state.asked, asked);
});

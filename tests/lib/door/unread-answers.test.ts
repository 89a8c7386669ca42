import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnsweredSocket, createUnreadAnswers } from "#lib/door/unread-answers.ts";

const mb = 1024 * 1024;
const bounds = { unreadMs: 60_000, readBytes: 16_384, unreadBytes: 100 * mb };

/** A connection on which `written` bytes wait, and whose reader takes what it is told to. */
function reader(written: number) {
  const state = { written, taken: 0, isEnded: false };
  const socket: AnsweredSocket = {
    get writableLength() {
      return state.written - state.taken;
    },
    get bytesWritten() {
      return state.written;
    },
    destroy() {
      state.isEnded = true;
      return this as never; // Only a whole socket returns itself.
    },
  };
  return { socket, state };
}

function watched(...readers: ReturnType<typeof reader>[]) {
  const unread = createUnreadAnswers(bounds);
  for (const { socket } of readers) unread.add(socket);
  let now = 0;
  return (seconds: number, each: () => void = () => undefined) => {
    for (let second = 0; second < seconds; second += 1) {
      each();
      unread.check((now += 1000));
    }
  };
}

test("an answer that nobody reads is ended after a minute, not before", () => {
  const deaf = reader(mb);
  const pass = watched(deaf);
  pass(60);
  assert.equal(deaf.state.isEnded, false);
  pass(2);
  assert.equal(deaf.state.isEnded, true);
});

test("whoever reads slowly, or has nothing to read, is left alone; a byte now and then is no reading", () => {
  const [slow, silent, drip] = [reader(50 * mb), reader(0), reader(mb)];
  const pass = watched(slow, silent, drip);
  pass(59, () => {
    slow.state.taken += 400;
    drip.state.taken += 1;
  });
  pass(300, () => (slow.state.taken += 400));
  assert.deepEqual(
    [slow, silent, drip].map(({ state }) => state.isEnded),
    [false, false, true],
  );
});

test("a stream that has rested is given its minute from what it writes next", () => {
  const stream = reader(0);
  const pass = watched(stream);
  pass(600);
  stream.state.written += mb;
  pass(58);
  assert.equal(stream.state.isEnded, false);
  pass(4);
  assert.equal(stream.state.isEnded, true);
});

test("where too much is held in all, those who stand still go, the longest first, and readers stay", () => {
  const deaf = Array.from({ length: 12 }, () => reader(10 * mb));
  const busy = reader(10 * mb);
  const pass = watched(...deaf, busy);
  pass(10, () => {
    busy.state.taken += 20_000;
    busy.state.written += 20_000;
  });
  assert.equal(deaf.filter(({ state }) => state.isEnded).length, 3);
  assert.equal(busy.state.isEnded, false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createPacedFrames } from "#lib/client/paced-frames.ts";

/** A page with a clock of its own, whose frames come each 16 ms, and take as long as they are told to. */
function slowPage() {
  let now = 0;
  let requested: (() => void)[] = [];
  let painted: (() => void)[] = [];
  const timers: { at: number; fire: () => void }[] = [];
  const frames = createPacedFrames({
    now: () => now,
    request: (then) => void requested.push(then),
    afterPaint: (then) => void painted.push(then),
    later: (ms, then) => void timers.push({ at: now + ms, fire: then }),
  });

  function runFrame(): void {
    const mine = requested;
    requested = [];
    for (const then of mine) then();
    const after = painted;
    painted = [];
    for (const then of after) then();
  }

  /** Lets so many ms pass. */
  function pass(ms: number): void {
    for (const end = now + ms; now < end; ) {
      now += 16;
      const due = timers.filter(({ at }) => at <= now);
      timers.splice(0, timers.length, ...timers.filter(({ at }) => at > now));
      for (const { fire } of due) fire();
      runFrame();
    }
  }

  return {
    ...frames,
    pass,
    now: () => now,
    /** What is painted so takes so long. */
    paintFor: (ms: number, at: number[]) => () => {
      at.push(now);
      now += ms;
    },
  };
}

test("on a page that is fast, words are shown in the next frame", () => {
  const page = slowPage();
  const at: number[] = [];
  for (let count = 0; count < 5; count += 1) {
    page.frame(page.paintFor(2, at));
    page.pass(16);
  }
  assert.equal(at.length, 5);
});

test("a page that takes 40 ms for a frame is left to the reader for as long after it", () => {
  const page = slowPage();
  const at: number[] = [];
  page.frame(page.paintFor(40, at));
  page.pass(16);
  page.frame(page.paintFor(40, at));
  page.pass(32);
  assert.equal(at.length, 1);
  page.pass(32);
  assert.equal(at.length, 2);
  assert.ok((at[1] ?? 0) - (at[0] ?? 0) >= 80, String(at));
});

test("the frame of a key holds no words", () => {
  const page = slowPage();
  const at: number[] = [];
  page.frame(page.paintFor(2, at));
  page.acted();
  page.pass(16);
  assert.deepEqual(at, []);
  page.pass(16);
  assert.equal(at.length, 1);
});

test("words that were asked for after a key, in its frame, come in the next one too", () => {
  const page = slowPage();
  const at: number[] = [];
  page.acted();
  page.frame(page.paintFor(2, at));
  page.pass(16);
  assert.deepEqual(at, []);
  page.pass(16);
  assert.equal(at.length, 1);
});

test("whatever is typed, and however slow the page is, words wait for a tenth of a second at most", () => {
  const page = slowPage();
  const at: number[] = [];
  page.frame(page.paintFor(500, at));
  page.pass(16);
  const asked = page.now();
  page.frame(page.paintFor(0, at));
  while (at.length < 2) {
    page.acted();
    page.pass(16);
  }
  assert.ok((at[1] ?? 0) - asked <= 100, String(at));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createPacedView } from "#lib/client/paced-view.ts";

/** A state of two numbers, of which only `shown` is to be seen, and a page that paints when it is told to. */
function page() {
  const frames: (() => void)[] = [];
  const seen: number[] = [];
  const source = { state: { shown: 0, hidden: 0 } };
  const view = createPacedView<typeof source.state, { shown: number }>({
    read: () => source.state,
    show: ({ shown }, before) => (before?.shown === shown ? before : { shown }),
    frame: (paint) => void frames.push(paint),
  });
  view.subscribe(() => seen.push(view.getState().shown));
  return { source, view, seen, frames, paint: () => frames.splice(0).forEach((each) => each()) };
}

test("however often the state changes, there is one view a frame", () => {
  const { source, view, seen, frames, paint } = page();
  for (const shown of [1, 2, 3]) {
    source.state = { shown, hidden: 0 };
    view.publishSoon();
  }
  assert.equal(frames.length, 1);
  assert.equal(view.getState().shown, 0);
  paint();
  assert.deepEqual(seen, [3]);
});

test("what is published at once is not told again at the frame", () => {
  const { source, view, seen, paint } = page();
  source.state = { shown: 1, hidden: 0 };
  view.publishSoon();
  view.publish();
  paint();
  assert.deepEqual(seen, [1]);
});

test("a change that cannot be seen leaves the view the same object, and is not told", () => {
  const { source, view, seen } = page();
  const before = view.getState();
  source.state = { shown: 0, hidden: 1 };
  view.publish();
  assert.equal(view.getState(), before);
  assert.deepEqual(seen, []);
});

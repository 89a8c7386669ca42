import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "#lib/client/store.ts";
import type { Transition } from "#lib/client/transition.ts";

type Action = "add" | "add twice" | "nothing";

/** Counts; `add twice` is an effect that dispatches. */
function transition(count: number, action: Action): Transition<number, Action> {
  switch (action) {
    case "add":
      return { state: count + 1, effects: [] };
    case "add twice":
      return { state: count, effects: ["add", "add"] };
    case "nothing":
      return { state: count, effects: [] };
    default:
      return action satisfies never;
  }
}

function counter() {
  const seen: number[] = [];
  const run: string[] = [];
  const store = createStore<number, Action, Action>(transition, 0, (effect) => {
    run.push(`${effect} at ${store.getState()}`);
    store.dispatch(effect);
  });
  const unsubscribe = store.subscribe(() => seen.push(store.getState()));
  return { store, seen, run, unsubscribe };
}

test("an action changes the state, and subscribers are notified until they unsubscribe", () => {
  const { store, seen, unsubscribe } = counter();
  store.dispatch("add");
  unsubscribe();
  store.dispatch("add");
  assert.deepEqual([store.getState(), seen], [2, [1]]);
});

test("an action that changes nothing is not told", () => {
  const { store, seen } = counter();
  store.dispatch("nothing");
  assert.deepEqual(seen, []);
});

test("what effects dispatch waits for the other effects, and all of it is told once", () => {
  const { store, seen, run } = counter();
  store.dispatch("add twice");
  assert.deepEqual(run, ["add at 0", "add at 0"]);
  assert.deepEqual(seen, [2]);
});

test("an effect that throws leaves a store that still works", () => {
  const store = createStore<number, Action, Action>(transition, 0, () => {
    throw new Error("an effect");
  });
  assert.throws(() => store.dispatch("add twice"), /an effect/);
  store.dispatch("add");
  assert.equal(store.getState(), 1);
});

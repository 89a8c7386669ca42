import type { Transition } from "./transition.ts";

export interface Store<State, Action> {
  getState(): State;
  /** Calls `changed` after each change. Returns the function that unsubscribes. */
  subscribe(changed: () => void): () => void;
  dispatch(action: Action): void;
}

/**
 * A state that only `transition` changes. Actions run to completion: one that an effect dispatches waits for
 * the effects before it, and subscribers are notified after the last of them.
 */
export function createStore<State, Action, Effect>(
  transition: (state: State, action: Action) => Transition<State, Effect>,
  initial: State,
  runEffect: (effect: Effect) => void,
): Store<State, Action> {
  const listeners = new Set<() => void>();
  const actions: Action[] = [];
  let state = initial;
  let isRunning = false;

  function runAll(): void {
    for (let action = actions.shift(); action !== undefined; action = actions.shift()) {
      const next = transition(state, action);
      state = next.state;
      next.effects.forEach(runEffect);
    }
  }

  return {
    getState: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    dispatch(action) {
      actions.push(action);
      if (isRunning) return;
      const before = state;
      isRunning = true;
      try {
        runAll();
      } finally {
        isRunning = false;
      }
      if (state !== before) for (const changed of listeners) changed();
    },
  };
}

export interface PacedView<View> {
  getState(): View;
  subscribe(changed: () => void): () => void;
  /** Shows the newest state now. */
  publish(): void;
  /** Shows the newest state at the next frame. */
  publishSoon(): void;
}

/**
 * What a page shows of a state: one new view a frame, however often the state changes. `read` gives the
 * newest state, the same object while nothing has changed; `show` makes a view of it, the one before where it
 * equals that; `frame` calls back when something can be painted.
 */
export function createPacedView<State, View>(options: {
  read(): State;
  show(state: State, before: View | undefined): View;
  frame(paint: () => void): void;
}): PacedView<View> {
  const { read, show, frame } = options;
  const listeners = new Set<() => void>();
  let state = read();
  let view = show(state, undefined);
  let isScheduled = false;

  function publish(): void {
    const newest = read();
    if (newest === state) return;
    state = newest;
    const before = view;
    view = show(state, before);
    if (view === before) return;
    for (const changed of listeners) changed();
  }

  return {
    getState: () => view,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    publish,
    publishSoon() {
      if (isScheduled) return;
      isScheduled = true;
      frame(() => {
        isScheduled = false;
        publish();
      });
    },
  };
}

export interface PacedView<View> {
  getState(): View;
  subscribe(changed: () => void): () => void;
  /** Shows the newest state now. */
  publish(): void;
  /** Shows the newest state at the next frame. */
  publishSoon(): void;
}

/**
 * A view of a state that changes at most once a frame, however often the state does. `read` returns the
 * newest state: the same object while nothing has changed. `show` derives the view: the one before if it
 * equals that. `frame` calls `paint` at the next frame.
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

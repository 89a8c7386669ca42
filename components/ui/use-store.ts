import { useSyncExternalStore } from "react";

interface ReadableStore<T> {
  getState(): T;
  subscribe(changed: () => void): () => void;
}

/** The state of a store; the server renders, and the browser hydrates, the state that it was made with. */
export const useStore = <T>({ getState, subscribe }: ReadableStore<T>): T =>
  useSyncExternalStore(subscribe, getState, getState);

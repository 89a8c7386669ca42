import type { ClientEnvironment } from "./environment.ts";

/** Timers by name; one that is set again starts anew. */
export interface Timers<Name extends string> {
  set(name: Name, ms: number): void;
  clear(name: Name): void;
}

/**
 * `early`: those that also fire once the page comes back (online, visible), so that nobody waits for nothing.
 */
export function createTimers<Name extends string>(options: {
  environment: ClientEnvironment;
  early: ReadonlySet<Name>;
  onFire(name: Name): void;
}): Timers<Name> {
  const { environment, early, onFire } = options;
  const running = new Map<Name, () => void>();

  function clear(name: Name): void {
    running.get(name)?.();
    running.delete(name);
  }

  function fire(name: Name): void {
    running.delete(name);
    onFire(name);
  }

  return {
    clear,
    set(name, ms) {
      clear(name);
      if (early.has(name)) {
        const ended = new AbortController();
        running.set(name, () => ended.abort());
        void environment.pause(ms, ended.signal).then(() => ended.signal.aborted || fire(name));
      } else {
        const timer = setTimeout(() => fire(name), ms);
        running.set(name, () => clearTimeout(timer));
      }
    },
  };
}

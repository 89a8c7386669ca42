/**
 * Lets equal calls of one turn of the event loop share one call. It is made after all of them, so that none
 * gets a result that is older than its call.
 */
export function singleFlight<Args extends unknown[], T>(
  call: (...args: Args) => Promise<T>,
  keyOf: (...args: Args) => string,
): (...args: Args) => Promise<T> {
  const pending = new Map<string, Promise<T>>();
  return (...args) => {
    const key = keyOf(...args);
    const shared = pending.get(key);
    if (shared) return shared;
    const made = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      pending.delete(key);
      return call(...args);
    });
    pending.set(key, made);
    return made;
  };
}

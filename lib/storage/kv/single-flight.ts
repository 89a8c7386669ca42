/**
 * Lets equal calls of one turn of the event loop be one: it is sent after all of them were made, so none gets
 * an answer that is older than its question.
 */
export function singleFlight<Args extends unknown[], T>(
  call: (...args: Args) => Promise<T>,
  keyOf: (...args: Args) => string,
): (...args: Args) => Promise<T> {
  const waiting = new Map<string, Promise<T>>();
  return (...args) => {
    const key = keyOf(...args);
    const shared = waiting.get(key);
    if (shared) return shared;
    const made = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      waiting.delete(key);
      return call(...args);
    });
    waiting.set(key, made);
    return made;
  };
}

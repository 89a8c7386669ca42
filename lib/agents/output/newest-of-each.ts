/**
 * The newest item of each window of so many milliseconds. A window begins with the first item after the last
 * one; the end of the items ends it at once, so the last item is never late. 0: every item.
 */
export async function* newestOfEach<T>(
  items: AsyncIterable<T>,
  windowMs: number,
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>,
): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const closed = new AbortController();
  let next = iterator.next();
  try {
    for (let first = await next; !first.done; first = await next) {
      let newest = first.value;
      const window = windowMs > 0 ? sleep(windowMs, closed.signal).then(() => undefined) : undefined;
      next = iterator.next();
      while (window) {
        const item = await Promise.race([window, next]);
        if (item === undefined || item.done) break;
        newest = item.value;
        next = iterator.next();
      }
      yield newest;
    }
  } finally {
    // Ends the timer of a window that nobody waits for any more. What is being read ends by itself.
    closed.abort();
    // Nobody is there any more to be told that it failed.
    next.catch(() => undefined);
    iterator.return?.().catch(() => undefined);
  }
}

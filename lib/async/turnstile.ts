/**
 * Lets those who have much to do go on one by one, each in a turn of the event loop of its own: however many
 * they are, whoever comes meanwhile waits for one of their steps. Resolves when the caller may go on.
 */
export function createTurnstile(): () => Promise<void> {
  const waiting: (() => void)[] = [];

  function letThrough(): void {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(letThrough);
  }

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(letThrough);
    });
}

/** What the promise gives, or undefined as soon as the signal aborts. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let settle: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    settle = () => resolve(undefined);
    signal.addEventListener("abort", settle, { once: true });
    if (signal.aborted) settle();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (settle) signal.removeEventListener("abort", settle);
  }
}

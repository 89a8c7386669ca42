/** One listener's memory of rings: a ring that comes while nobody waits is not lost. */
export interface Ears {
  ring(): void;
  /** True at the next ring (or one since the last wait); false after `ms` of silence, or when closed. */
  wait(ms: number): Promise<boolean>;
  close(): void;
}

export function createEars(): Ears {
  let rung = false;
  let closed = false;
  let settle: ((woken: boolean) => void) | undefined;

  function ring(): void {
    rung = true;
    settle?.(true);
  }

  async function wait(ms: number): Promise<boolean> {
    if (!rung && !closed) await new Promise<boolean>((resolve) => watch(ms, resolve));
    const woken = rung;
    rung = false;
    return woken;
  }

  function watch(ms: number, resolve: (woken: boolean) => void): void {
    const timer = setTimeout(() => settle?.(false), ms);
    timer.unref();
    settle = (woken) => {
      clearTimeout(timer);
      settle = undefined;
      resolve(woken);
    };
  }

  function close(): void {
    closed = true;
    settle?.(false);
  }

  return { ring, wait, close };
}

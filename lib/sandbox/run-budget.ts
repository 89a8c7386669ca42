/** What one run may still take; asked for from inside of the code, every few thousand of its operations. */
export interface RunBudget {
  /** Why the code must not go on. */
  readonly exceeded: "time" | "output" | undefined;
  /** Whether what is printed or given, as UTF-8, is within what is left. */
  takeOutput(text: string): boolean;
  /** No more is taken. */
  flood(): void;
  /** The code waited so long for its own timers. */
  addWait(ms: number): void;
  /** How long it may wait for them. */
  leftMs(): number;
}

/** `cpuMs` gives the computing time of this thread. */
export function createRunBudget(
  limits: { cpuMs: number; outputBytes: number },
  cpuMs: () => number,
): RunBudget {
  const startMs = cpuMs();
  let waitedMs = 0;
  let bytes = 0;
  const leftMs = () => limits.cpuMs - (cpuMs() - startMs) - waitedMs;
  const isFlooded = () => bytes > limits.outputBytes;
  return {
    get exceeded() {
      if (isFlooded()) return "output";
      return leftMs() <= 0 ? "time" : undefined;
    },
    takeOutput(text) {
      bytes += Buffer.byteLength(text);
      return !isFlooded();
    },
    flood() {
      bytes = Number.POSITIVE_INFINITY;
    },
    addWait(ms) {
      waitedMs += ms;
    },
    leftMs,
  };
}

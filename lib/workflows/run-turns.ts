/** Lets so many in at once, in the order in which they came. */
interface RunTurns {
  /** Resolves when the caller may go on, or its signal has aborted; to be called when it has ended. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createRunTurns(limit: number): RunTurns {
  const waiting = new Set<() => void>();
  let inside = 0;

  function leave(): void {
    inside -= 1;
    const [next] = waiting;
    next?.();
  }

  /** Whoever leaves lets the first of those that wait in. */
  async function enter(signal: AbortSignal): Promise<() => void> {
    if (inside >= limit) {
      const turn = Promise.withResolvers<boolean>();
      const go = (): void => {
        waiting.delete(go);
        inside += 1;
        turn.resolve(true);
      };
      const giveUp = (): void => turn.resolve(false);
      waiting.add(go);
      signal.addEventListener("abort", giveUp);
      const isIn = await turn.promise;
      signal.removeEventListener("abort", giveUp);
      waiting.delete(go);
      return isIn ? leave : () => undefined;
    }
    inside += 1;
    return leave;
  }

  return { enter };
}

/**
 * Room that all addresses share, and who has how much of it. One of them has at most half, two have at most
 * two thirds, and so on: whoever comes next always finds as much as any of them would get now.
 */
export interface Shares {
  /**
   * One more place for `name`. `free`: what nobody has. Undefined: there is none, or `name` has as much as
   * that already. The result gives the place back, once.
   */
  take(name: string, free: number): (() => void) | undefined;
}

export function createShares(): Shares {
  const counts = new Map<string, number>();

  function give(name: string): void {
    const left = (counts.get(name) ?? 0) - 1;
    if (left > 0) counts.set(name, left);
    else counts.delete(name);
  }

  return {
    take(name, free) {
      const own = counts.get(name) ?? 0;
      if (own >= free) return undefined;
      counts.set(name, own + 1);
      let isTaken = true;
      return () => {
        if (isTaken) give(name);
        isTaken = false;
      };
    },
  };
}

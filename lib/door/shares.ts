/**
 * Room that all addresses share, and who has how much of it. One of them has at most half, two have at most
 * two thirds, and so on: whoever comes next always finds as much as any of them would get now. A site of IPv6
 * (/48) has as many addresses as it likes, which count by their networks (/64): all of them together have
 * what two addresses have.
 */
export interface Shares {
  /**
   * One more place for `name`. `free`: what nobody has. Undefined: there is none, or `name` or its site has
   * as much as that already. The result gives the place back, once.
   */
  take(name: string, free: number): (() => void) | undefined;
}

export function createShares(): Shares {
  const counts = new Map<string, number>();
  const countOf = (name: string): number => counts.get(name) ?? 0;

  function count(name: string, by: 1 | -1): void {
    const now = countOf(name) + by;
    if (now > 0) counts.set(name, now);
    else counts.delete(name);
  }

  return {
    take(name, free) {
      const site = ipv6SiteOf(name);
      if (countOf(name) >= free || (site !== undefined && countOf(site) >= addressesOfSite * free))
        return undefined;
      const names = site === undefined ? [name] : [name, site];
      for (const each of names) count(each, 1);
      let isTaken = true;
      return () => {
        if (isTaken) for (const each of names) count(each, -1);
        isTaken = false;
      };
    },
  };
}

const addressesOfSite = 2;

/** Of a network of IPv6, as lib/http/client-address.ts writes it: four groups. */
const ipv6SiteOf = (name: string): string | undefined =>
  /^([0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(name)?.[1];

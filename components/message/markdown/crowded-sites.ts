import { opaqueWeight } from "./carried-text.ts";

/** What all addresses of one site may carry together. */
const maxTogether = 64;
const none: readonly string[] = [];
const addresses = new WeakMap<object, readonly string[]>();

/**
 * The sites to which the links of an answer carry a text in pieces, too many for one answer (S41). What has
 * settled of an answer is the same object, and read once.
 */
export function crowdedSites(...parts: readonly object[]): ReadonlySet<string> {
  const weights = new Map<string, number>();
  const crowded = new Set<string>();
  for (const address of new Set(parts.flatMap(addressesIn))) {
    const { site, weight } = weigh(address);
    const together = (weights.get(site) ?? 0) + weight;
    weights.set(site, together);
    if (together >= maxTogether) crowded.add(site);
  }
  return crowded;
}

/** As many as an answer may well have: each is read once while that is written. */
const maxWeighed = 4096;
const weighed = new Map<string, { site: string; weight: number }>();

function weigh(address: string): { site: string; weight: number } {
  const known = weighed.get(address);
  if (known) return known;
  if (weighed.size >= maxWeighed) weighed.clear();
  const weight = { site: siteOf(address), weight: opaqueWeight(new URL(address)) };
  weighed.set(address, weight);
  return weight;
}

/** The part of a host that is registered: subdomains are chosen as freely as a path. */
export function siteOf(address: string): string {
  const { hostname, pathname } = new URL(address);
  const host = hostname || pathname.slice(pathname.lastIndexOf("@") + 1);
  return /^[\d.]+$|:/.test(host) ? host : (/[^.]+\.(?:[^.]{1,3}\.)?[^.]+$/.exec(host)?.[0] ?? host);
}

function addressesIn(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null || "text" in node) return none;
  const known = addresses.get(node);
  if (known) return known;
  const found: string[] = [];
  for (const [name, value] of Object.entries(node) as [string, unknown][])
    if (typeof value === "object") for (const address of addressesIn(value)) found.push(address);
    else if ((name === "href" || name === "destination") && typeof value === "string" && value !== "")
      found.push(value);
  // Objects of one address are as fast to read as to remember.
  if (Array.isArray(node)) addresses.set(node, found.length > 0 ? found : none);
  return found;
}

/**
 * The IPv4 address that an IPv6 address of eight groups stands for, where such addresses share networks by
 * the million or have many of their own: mapped, compatible and translated ones (RFC 4291, 2765), NAT64
 * (RFC 6052, 8215), 6to4 (RFC 3056) and Teredo (RFC 4380). Undefined for any other.
 */
export function embeddedIPv4(groups: readonly number[]): string | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  if (a === 0x2002) return dotted(b, c);
  if (a === 0x2001 && b === 0) return dotted(g ^ 0xffff, h ^ 0xffff);
  if (a === 0x64 && b === 0xff9b) return nat64(c, d, e, f, g, h);
  if ([a, b, c, d].some((group) => group !== 0)) return undefined;
  const isMapped = (e === 0 && f === 0xffff) || (e === 0xffff && f === 0);
  // `::` and `::1` are addresses of their own.
  const isCompatible = e === 0 && f === 0 && g !== 0;
  return isMapped || isCompatible ? dotted(g, h) : undefined;
}

/** The well-known prefix holds it at the end; one for local use there too, or behind its 48 bits. */
function nat64(c: number, d: number, e: number, f: number, g: number, h: number): string | undefined {
  if (c === 0 && d === 0 && e === 0 && f === 0) return dotted(g, h);
  if (c !== 1) return undefined;
  if (g === 0 && h === 0) return dotted(d, ((e & 0xff) << 8) | (f >> 8));
  return dotted(g, h);
}

const dotted = (high: number, low: number): string =>
  [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");

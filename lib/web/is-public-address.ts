import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** The only IPv6 addresses that are given out to be reached from everywhere (RFC 4291 2.4). */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** Of every machine at Azure: what hands it its settings, at an address that looks like any other. */
const azureHost = "168.63.129.16";

/**
 * Whether an address is one of the open internet: not of this machine, of a network of somebody's own, of
 * several receivers, or set aside; and no IPv6 address that stands for an IPv4 one (mapped, translated, 6to4,
 * Teredo), whatever that is. `address`: as a socket is given it; what is none is not public.
 */
export function isPublicAddress(address: string): boolean {
  // Short and octal forms are none that a socket is given.
  if (isIP(address) === 0 || address === azureHost) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}

import { isIP } from "node:net";

/**
 * The address of the client as the outermost of `trusted` proxies saw it: the network of an IPv6 address
 * (/64), an IPv4 address as it is. Undefined without such proxies, because anybody can write the header.
 */
export function clientAddress(headers: Headers, trusted: number): string | undefined {
  if (trusted === 0) return undefined;
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  const address = hops.at(-trusted) ?? "";
  if (isIP(address) === 4) return address;
  return isIP(address) === 6 ? networkOf(address) : undefined;
}

/** The first four of eight groups: a customer has as many addresses within them as they like. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length);
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...behind];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

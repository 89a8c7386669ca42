import { isIP } from "node:net";
import { embeddedIPv4 } from "./embedded-ipv4.ts";
import { peerAddress } from "./peer-address.ts";

/**
 * The address that a request is counted by: what the outermost of `trusted` proxies saw, or the other end of
 * the connection without such proxies, because anybody can write the header. An IPv4 address as it is, also
 * where it is written inside an IPv6 one; else the network of the IPv6 address (/64). What the proxies wrote
 * and nobody can read counts as theirs, or as "unknown": no name is a way around a limit. Undefined if
 * nothing is known.
 */
export function clientAddress(headers: Headers, trusted: number): string | undefined {
  const peer = countedAddress(peerAddress(headers) ?? "");
  if (trusted === 0) return peer;
  // An empty element of a list is none (RFC 9110, 5.6.1).
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").filter((hop) => hop.trim() !== "");
  const hop = hops.at(-trusted);
  if (hop === undefined) return peer;
  return countedAddress(bareAddress(hop)) ?? peer ?? "unknown";
}

/** Without the quotes, brackets and port that proxies write around an address. */
function bareAddress(hop: string): string {
  const text = hop.replaceAll('"', "").trim();
  const inBrackets = /^\[([^[\]]*)\](?::[\w.-]*)?$/.exec(text)?.[1];
  const beforePort = /^([^:]*):[\w.-]*$/.exec(text)?.[1];
  return (inBrackets ?? beforePort ?? text).trim();
}

function countedAddress(address: string): string | undefined {
  const [withoutZone = ""] = address.split("%", 1);
  if (isIP(withoutZone) === 4) return withoutZone;
  if (isIP(withoutZone) !== 6) return undefined;
  const groups = groupsOf(withoutZone);
  return embeddedIPv4(groups) ?? networkOf(groups);
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = "", tail = ""] = address.split("::", 2);
  const [before, behind] = [writtenGroups(head), writtenGroups(tail)];
  const left = 8 - before.length - behind.length;
  return [...before, ...Array.from({ length: left }, () => 0), ...behind];
}

/** The last two may be written as an IPv4 address. */
const writtenGroups = (text: string): number[] =>
  text === ""
    ? []
    : text.split(":").flatMap((group) => {
        if (!group.includes(".")) return [Number.parseInt(group, 16)];
        const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
        return [a * 256 + b, c * 256 + d];
      });

/** The first four of eight groups: a customer has as many addresses within them as they like. */
const networkOf = (groups: readonly number[]): string =>
  groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");

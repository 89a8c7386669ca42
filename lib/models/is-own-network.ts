import { BlockList, isIP } from "node:net";

/**
 * Whether a host is this machine or one of a network of its operator's, by its address or the form of its
 * name: what is started there may be started a moment after Rivulet. `host`: as of `host:port`.
 */
export function isOwnNetwork(host: string): boolean {
  const { hostname } = new URL(`http://${host}`);
  const name = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  switch (isIP(name)) {
    case 4:
      return networks.check(name, "ipv4");
    case 6:
      return networks.check(name, "ipv6");
    default:
      // One without a dot is that of a container, or of a machine beside this one.
      return !name.includes(".") || ownDomains.test(name);
  }
}

const ownDomains = /\.(localhost|local|internal|lan|home\.arpa)$/;

/** Loopback, private, link-local, and what VPNs share. */
const ownNetworks = [
  ["127.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["::1", 128, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
] as const;

const networks = new BlockList();
for (const [network, prefix, type] of ownNetworks) networks.addSubnet(network, prefix, type);

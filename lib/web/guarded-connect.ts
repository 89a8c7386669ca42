import { lookup as systemLookup } from "node:dns/promises";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { buildConnector } from "undici";
import { isPagePort } from "./is-page-port.ts";
import { isPublicAddress } from "./is-public-address.ts";
import { PageError } from "./page-error.ts";

/*
 * Connections to the open internet, and to nothing else (S50). Owns where a socket may go; what is asked
 * there is fetch-page.ts'.
 *
 * 1. What is judged is the address that the socket is given, in the moment in which it is given: a name that
 *    leads elsewhere at its next look-up is judged by that one.
 * 2. An address in the URL itself is never looked up by a socket, so it is judged before.
 * 3. A name with one address that is not public is not reached by any of its others.
 * 4. A public address that this machine has itself is not reached either: behind its firewall more answers.
 * 5. Ports of other protocols are not connected to.
 * 6. What the operator has named, by host and port, may be anywhere.
 */

export interface PageHost {
  address: string;
  family: number;
}

export interface GuardedConnectOptions {
  /** All addresses of a name; absent: the system's. Rejects where it has none. */
  resolve?(hostname: string): Promise<readonly PageHost[]>;
  /** `host:port` of the operator's own network whose pages may be read. */
  ownHosts?: readonly string[];
  /** Of the interfaces of this machine; absent: those that it has. */
  ownAddresses?(): readonly string[];
  /** Where a socket really goes that was permitted an address: for tests; absent: there. */
  route?(host: PageHost): PageHost;
}

const connectMs = 5000;

/** For undici. A connection that is not permitted fails with `PageError`. */
export function createGuardedConnect(options: GuardedConnectOptions = {}): buildConnector.connector {
  const { resolve = resolveName, ownHosts = [], route = (host) => host } = options;
  const { ownAddresses = interfaceAddresses } = options;

  /** 1, 3. */
  const lookupOf =
    (name: string): LookupFunction =>
    (hostname, { all }, callback) => {
      permitted(hostname, name).then(
        (hosts) => {
          const [first] = hosts;
          if (all) callback(null, [...hosts]);
          else callback(null, first?.address ?? "", first?.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, "", 0),
      );
    };

  async function permitted(hostname: string, name: string): Promise<readonly PageHost[]> {
    const hosts = await resolve(hostname);
    if (hosts.length === 0) throw new PageError(`${hostname} has no address`);
    for (const { address } of hosts) check(address, name);
    return hosts.map(route);
  }

  /** 4, 6. */
  function check(address: string, name: string): void {
    if (ownHosts.includes(name)) return;
    if (!isPublicAddress(address) || isAmong(address, ownAddresses()))
      throw new PageError(`${name} is not on the open internet, and only what is there is read`);
  }

  return (target, callback) => {
    const hostname = target.hostname.replace(/^\[|\]$/g, "");
    const port = target.port || (target.protocol === "https:" ? "443" : "80");
    const name = `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
    try {
      // 5.
      if (!ownHosts.includes(name) && !isPagePort(Number(port)))
        throw new PageError(`no page is read at port ${port}, which is another protocol's`);
      const family = isIP(hostname);
      // 2.
      if (family > 0) check(hostname, name);
      const connect = buildConnector({ timeout: connectMs, lookup: lookupOf(name), allowH2: false });
      const reached = family > 0 ? route({ address: hostname, family }).address : hostname;
      connect({ ...target, hostname: reached }, callback);
    } catch (error) {
      // What is thrown here is a `PageError`, or of the operating system.
      callback(error instanceof Error ? error : new Error("no connection"), null);
    }
  };
}

const resolveName = (hostname: string): Promise<PageHost[]> => systemLookup(hostname, { all: true });

const interfaceAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));

/** However each of them is written. */
function isAmong(address: string, addresses: readonly string[]): boolean {
  const list = new BlockList();
  for (const each of addresses) list.addAddress(each, ipFamilyOf(each));
  return list.check(address, ipFamilyOf(address));
}

const ipFamilyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

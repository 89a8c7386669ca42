import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import type { GuardedConnectOptions, PageHost } from "#lib/web/guarded-connect.ts";

/** An address of the open internet that no test ever reaches: sockets to it are led to this machine. */
export const publicAddress = "93.184.216.34";

export interface WebHosts {
  port: number;
  /** The `host` header and path of each request that came, whatever it was led through. */
  requests: { host: string; path: string; headers: IncomingMessage["headers"] }[];
  /** What a name stands for: each look-up takes the next one, the last of them for good. */
  names: Map<string, string[][]>;
  /** How often each name was looked up. */
  lookups: string[];
  options: GuardedConnectOptions;
  close(): Promise<void>;
}

/**
 * A web of its own: a server on this machine, and a resolver by whose word names are anywhere. A socket that
 * is permitted a public address goes to the server; any other address is the one that it is.
 */
export async function startWebHosts(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<WebHosts> {
  const requests: WebHosts["requests"] = [];
  const server: Server = createServer((request, response) => {
    requests.push({ host: request.headers.host ?? "", path: request.url ?? "", headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const names: WebHosts["names"] = new Map();
  const lookups: string[] = [];
  const hostOf = (address: string): PageHost => ({ address, family: isIP(address) });
  return {
    // Cast: it listens on a port.
    port: (server.address() as AddressInfo).port,
    ...{ requests, names, lookups },
    options: {
      async resolve(hostname) {
        lookups.push(hostname);
        const answers = names.get(hostname) ?? [[publicAddress]];
        const [addresses = []] = answers;
        if (answers.length > 1) answers.shift();
        return addresses.map(hostOf);
      },
      route: (host) => (host.address === publicAddress ? hostOf("127.0.0.1") : host),
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

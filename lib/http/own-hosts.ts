import { isIP } from "node:net";

/** The names under which one server answers. */
export interface OwnHosts {
  /**
   * Whether a `Host` header names this server. A request without one comes from no browser, so that nobody
   * has led a browser here under another name.
   */
  includes(host: string | null): boolean;
  /** Whether a page that was loaded from `origin` is ours, when its request came in under `host`. */
  ownOrigin(origin: string, host: string | null): boolean;
}

interface OwnHostsOptions {
  /** Only this machine reaches the server: addresses of the network are none of its names. */
  loopbackOnly: boolean;
  /** The origin that browsers open, where a proxy stands in front. */
  publicUrl?: string;
  /** Entries as `readAllowedHosts` gives them. */
  allowedHosts: readonly string[];
  /** This machine's own. */
  machineName: string;
}

interface Host {
  name: string;
  /** "" where the header has none. */
  port: string;
}

/**
 * Keeps other names away: under one that another site has made to lead here (DNS rebinding), that site's
 * pages would be of our origin. An address in digits leads nowhere else.
 */
export function createOwnHosts(options: OwnHostsOptions): OwnHosts {
  const { loopbackOnly, publicUrl, allowedHosts, machineName } = options;
  const machine = machineName.toLowerCase();
  const names = new Set(loopbackOnly ? [] : [machine, `${machine}.local`]);
  if (publicUrl !== undefined) names.add(new URL(publicUrl).hostname.replace(/\.$/, ""));
  const rules = allowedHosts.map(ruleOf);

  return {
    includes(header) {
      if (header === null) return true;
      const host = parseHost(header);
      if (host === undefined) return false;
      const isAddress = !loopbackOnly && isIP(host.name.replace(/^\[|\]$/g, "")) !== 0;
      return (
        isAddress || isLoopbackName(host.name) || names.has(host.name) || rules.some((rule) => rule(host))
      );
    },
    ownOrigin(origin, header) {
      if (!URL.canParse(origin)) return false;
      const page = new URL(origin);
      if (page.origin === publicUrl) return true;
      const host = header === null ? undefined : parseHost(header);
      return host !== undefined && withPort(host, page.protocol) === page.host.replace(/\.(?=:|$)/, "");
    },
  };
}

function parseHost(header: string): Host | undefined {
  const [, name, port = ""] = /^(\[[\da-f:.]+\]|[^\s:/?#@\\%[\]]+)(?::(\d{1,5}))?$/i.exec(header) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase().replace(/\.$/, ""), port };
}

const isLoopbackName = (name: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(name);

/** As browsers write an origin's host: a scheme's own port is left out. */
function withPort({ name, port }: Host, protocol: string): string | undefined {
  const usual = { "http:": "80", "https:": "443" }[protocol];
  if (usual === undefined) return undefined;
  return port === "" || port === usual ? name : `${name}:${port}`;
}

/** A name without a port stands for every port of it, and one with a default port also for none. */
function ruleOf(entry: string): (host: Host) => boolean {
  if (entry === "*") return () => true;
  const below = entry.startsWith("*.");
  const allowed = parseHost(below ? entry.slice(2) : entry);
  if (allowed === undefined) return () => false;
  const ports = ["80", "443"].includes(allowed.port) ? ["", allowed.port] : [allowed.port];
  return ({ name, port }) =>
    (below ? name.endsWith(`.${allowed.name}`) : name === allowed.name) &&
    (allowed.port === "" || ports.includes(port));
}

import http from "node:http";
import { isLoopback } from "../lib/config/is-loopback.ts";
import { ConfigError } from "../lib/config.ts";

/** This machine itself is never asked through a proxy. */
const ownNames = "localhost,*.localhost,127.0.0.1-127.255.255.254,::1";

/**
 * Goes through the proxies of HTTP_PROXY and HTTPS_PROXY, except for what NO_PROXY names, also where a .env
 * file says so, which Node itself never reads. NODE_USE_ENV_PROXY=0: directly. Gives a line where a proxy is
 * named and not used; its address may hold a password and is not part of it. Throws `ConfigError`.
 */
export function useProxy(config, env = process.env) {
  const isOff = env.NODE_USE_ENV_PROXY === "0";
  if (!isOff) setProxies(env);
  const targets = targetsOf(config).filter(({ hostname }) => !isLoopback(hostname.replace(/^\[|\]$/g, "")));
  const lines = targets.flatMap(({ protocol, host }) => {
    const scheme = protocol.slice(0, -1);
    const named = proxyNames(scheme).find((name) => env[name]);
    const all = ["all_proxy", "ALL_PROXY"].find((name) => env[name]);
    if (named !== undefined && isOff)
      return [`${named} is set and not used: ${host} is asked directly, because of NODE_USE_ENV_PROXY=0`];
    if (named === undefined && all !== undefined)
      return [
        `${all} is set and not used: ${host} is asked directly. Use ${scheme.toUpperCase()}_PROXY=http://host:port`,
      ];
    return [];
  });
  return [...new Set(lines)];
}

const proxyNames = (scheme) => [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`];

function setProxies(env) {
  const named = [...proxyNames("http"), ...proxyNames("https")].filter((name) => env[name]);
  for (const name of named)
    if (!isProxy(env[name]))
      throw new ConfigError([`${name}: found a value of the wrong form, expected http://host:port`]);
  if (named.length === 0) return;
  const direct = [env.no_proxy ?? env.NO_PROXY, ownNames].filter(Boolean).join(",");
  // Of Node 24.14 and later; earlier ones know the variables only from their own start.
  http.setGlobalProxyFromEnv?.({ ...env, no_proxy: direct, NO_PROXY: direct });
}

function isProxy(value) {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { hostname, username, password } = new URL(value);
  try {
    return hostname !== "" && [username, password].map(decodeURIComponent).length > 0;
  } catch {
    return false;
  }
}

/** What this server asks over the network by HTTP. */
function targetsOf({ endpoints, store }) {
  const models = endpoints.map(({ baseUrl }) => baseUrl ?? "https://api.openai.com/v1");
  return [...models, store.kind === "kv" ? store.url : undefined].filter(Boolean).map((url) => new URL(url));
}

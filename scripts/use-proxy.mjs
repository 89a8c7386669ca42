import http from "node:http";
import { isLoopback } from "../lib/config/is-loopback.ts";
import { ConfigError } from "../lib/config.ts";

/**
 * Goes through the proxies of HTTP_PROXY and HTTPS_PROXY where NODE_USE_ENV_PROXY says so, in a .env file
 * too, which Node itself never reads. Gives a line where a proxy is named and not used; its address may hold
 * a password and is not part of it. Throws `ConfigError`.
 */
export function useProxy(config, env = process.env) {
  const isUsed = env.NODE_USE_ENV_PROXY === "1";
  if (isUsed) setProxies(env);
  const targets = targetsOf(config).filter(({ hostname }) => !isLoopback(hostname.replace(/^\[|\]$/g, "")));
  return targets.flatMap(({ protocol, host }) => {
    const scheme = protocol.slice(0, -1);
    const named = proxyNames(scheme).find((name) => env[name]);
    if (named === undefined || isUsed) return [];
    return [
      `${named} is set and not used: ${host} is asked directly. To go through it: NODE_USE_ENV_PROXY=1`,
    ];
  });
}

const proxyNames = (scheme) => [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, "all_proxy", "ALL_PROXY"];

function setProxies(env) {
  for (const name of ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"])
    if (env[name] && !isProxy(env[name]))
      throw new ConfigError([`${name}: found a value of the wrong form, expected http://host:port`]);
  // Of Node 24.14 and later; earlier ones know the variable only from their own start.
  http.setGlobalProxyFromEnv?.(env);
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
function targetsOf({ endpoint, store }) {
  const model = endpoint && (endpoint.baseUrl ?? "https://api.openai.com/v1");
  return [model, store.kind === "kv" ? store.url : undefined].filter(Boolean).map((url) => new URL(url));
}

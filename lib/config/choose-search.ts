import type { Variables } from "./variables.ts";

/** Where the web is searched, and as whom. */
export type SearchChoice =
  | { provider: "searxng"; baseUrl: string }
  | { provider: "brave" | "tavily"; apiKey: string; baseUrl?: string };

type SearchVariables = Pick<
  Variables,
  "WEB_SEARCH" | "SEARXNG_URL" | "BRAVE_API_KEY" | "BRAVE_BASE_URL" | "TAVILY_API_KEY" | "TAVILY_BASE_URL"
>;

/** The variable that a provider cannot do without. */
export const searchVariables = {
  searxng: "SEARXNG_URL",
  brave: "BRAVE_API_KEY",
  tavily: "TAVILY_API_KEY",
} as const;

const searchProviders = ["searxng", "brave", "tavily"] as const;

/**
 * `WEB_SEARCH` decides; without it, the first of SearXNG, Brave and Tavily that has its variable. Undefined:
 * the web is not searched.
 */
export function chooseSearch(env: SearchVariables): SearchChoice | undefined {
  const provider = env.WEB_SEARCH ?? searchProviders.find((name) => env[searchVariables[name]] !== undefined);
  switch (provider) {
    case undefined:
    case "off":
      return undefined;
    case "searxng":
      return env.SEARXNG_URL === undefined ? undefined : { provider, baseUrl: env.SEARXNG_URL };
    case "brave":
      return withKey(provider, env.BRAVE_API_KEY, env.BRAVE_BASE_URL);
    case "tavily":
      return withKey(provider, env.TAVILY_API_KEY, env.TAVILY_BASE_URL);
    default:
      return provider satisfies never;
  }
}

const withKey = (
  provider: "brave" | "tavily",
  apiKey: string | undefined,
  baseUrl: string | undefined,
): SearchChoice | undefined =>
  apiKey === undefined ? undefined : { provider, apiKey, ...(baseUrl !== undefined && { baseUrl }) };

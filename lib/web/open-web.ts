import { createPageFetch } from "./fetch-page.ts";
import { createPageWorkers } from "./page-workers.ts";
import { createWebPageReader, type ReadWebPage } from "./read-web-page.ts";
import { createBrave } from "./search/brave.ts";
import type { SearchProvider } from "./search/search-provider.ts";
import { createSearxng } from "./search/searxng.ts";
import { createTavily } from "./search/tavily.ts";

/** Where the web is searched. */
export type SearchConfig =
  | { provider: "searxng"; baseUrl: string }
  | { provider: "brave" | "tavily"; apiKey: string; baseUrl?: string };

export interface WebConfig {
  readsPages: boolean;
  /** `host:port` of the operator's own network. */
  pageHosts: readonly string[];
  search?: SearchConfig;
}

/** What tools of the web stand on; what is absent the operator does not want, or has not set up. */
export interface WebPorts {
  readPage?: ReadWebPage;
  webSearch?: SearchProvider;
  /** Ends the threads that are kept ready. */
  close(): Promise<void>;
}

export function openWeb({ readsPages, pageHosts, search }: WebConfig): WebPorts {
  const workers = createPageWorkers();
  return {
    ...(readsPages && { readPage: createWebPageReader(createPageFetch({ ownHosts: pageHosts }), workers) }),
    ...(search && { webSearch: openSearch(search) }),
    close: workers.close,
  };
}

function openSearch(config: SearchConfig): SearchProvider {
  switch (config.provider) {
    case "searxng":
      return createSearxng(config.baseUrl);
    case "brave":
      return createBrave(config.apiKey, config.baseUrl);
    case "tavily":
      return createTavily(config.apiKey, config.baseUrl);
    default:
      return config satisfies never;
  }
}

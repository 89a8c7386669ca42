/** One thing that a search has found. */
export interface WebSearchResult {
  url: string;
  title: string;
  /** Words of the page, as the provider has them. */
  excerpt: string;
  /** As the provider writes it. */
  published?: string;
}

export interface WebSearch {
  query: string;
  limit: number;
}

/** Who searches the web: a new one is a file beside this one and its variables. */
export interface SearchProvider {
  /** Shown to people. */
  readonly name: string;
  /** The best first, no more than `limit`. Rejects with `PageError`. */
  search(search: WebSearch, signal: AbortSignal): Promise<readonly WebSearchResult[]>;
}

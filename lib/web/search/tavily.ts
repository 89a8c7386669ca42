import { isRecord } from "../../protocol/is-record.ts";
import { fetchResults } from "./fetch-results.ts";
import { readResults } from "./read-results.ts";
import type { SearchProvider } from "./search-provider.ts";

/** The Tavily Search API; `baseUrl`: where it is reached, its own where absent. */
export const createTavily = (apiKey: string, baseUrl = "https://api.tavily.com"): SearchProvider => ({
  name: "Tavily",
  async search({ query, limit }, signal) {
    const answer = await fetchResults(
      this.name,
      {
        url: new URL(`${baseUrl.replace(/\/+$/, "")}/search`),
        method: "POST",
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          authorization: `Bearer ${apiKey}`,
        },
        body: JSON.stringify({ query, max_results: limit }),
      },
      signal,
    );
    const list = isRecord(answer) ? answer.results : undefined;
    return readResults(this.name, list, { excerpt: ["content"], published: ["published_date"] }, limit);
  },
});

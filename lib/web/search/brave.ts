import { isRecord } from "../../protocol/is-record.ts";
import { fetchResults } from "./fetch-results.ts";
import { readResults } from "./read-results.ts";
import type { SearchProvider } from "./search-provider.ts";

/** The Brave Search API; `baseUrl`: where it is reached, its own where absent. */
export const createBrave = (apiKey: string, baseUrl = "https://api.search.brave.com"): SearchProvider => ({
  name: "Brave",
  async search({ query, limit }, signal) {
    const url = new URL(`${baseUrl.replace(/\/+$/, "")}/res/v1/web/search`);
    url.searchParams.set("q", query);
    url.searchParams.set("count", String(limit));
    const headers = { accept: "application/json", "x-subscription-token": apiKey };
    const answer = await fetchResults(this.name, { url, method: "GET", headers }, signal);
    const web = isRecord(answer) && isRecord(answer.web) ? answer.web.results : [];
    return readResults(this.name, web, { excerpt: ["description"], published: ["page_age", "age"] }, limit);
  },
});

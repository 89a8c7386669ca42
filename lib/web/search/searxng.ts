import { isRecord } from "../../protocol/is-record.ts";
import { fetchResults } from "./fetch-results.ts";
import { readResults } from "./read-results.ts";
import type { SearchProvider } from "./search-provider.ts";

/** `baseUrl`: of an instance that answers in JSON (`search.formats` in its settings). */
export const createSearxng = (baseUrl: string): SearchProvider => ({
  name: "SearXNG",
  async search({ query, limit }, signal) {
    const url = new URL(`${baseUrl.replace(/\/+$/, "")}/search`);
    url.searchParams.set("q", query);
    url.searchParams.set("format", "json");
    const headers = { accept: "application/json" };
    const answer = await fetchResults(this.name, { url, method: "GET", headers }, signal);
    const list = isRecord(answer) ? answer.results : undefined;
    return readResults(this.name, list, { excerpt: ["content"], published: ["publishedDate"] }, limit);
  },
});

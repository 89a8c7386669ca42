import type { ModelPage, ModelTest } from "../protocol/model-listing.ts";
import { fetchJson, type JsonResult } from "./fetch-json.ts";

/**
 * What a page may ask about models (protocol 3.7). A refusal and a failed connection are values, not
 * exceptions.
 */
export const modelRequests = {
  /** At most `limit` of those that match. */
  search: (text: string, limit: number, signal: AbortSignal): Promise<JsonResult<ModelPage>> =>
    fetchJson(browserFetch, `/api/models?${new URLSearchParams({ search: text, limit: String(limit) })}`, {
      signal,
    }),
  test: (model: string): Promise<JsonResult<ModelTest>> =>
    fetchJson(browserFetch, "/api/models/test", { method: "POST", body: { model } }),
  /** Keeps a key for the endpoint of a model; `null` forgets it. */
  keepKey: (model: string, key: string | null): Promise<JsonResult<undefined>> =>
    fetchJson(browserFetch, "/api/models/key", { method: "POST", body: { model, key } }),
};

const browserFetch: typeof fetch = (...args) => fetch(...args);

import { fetchJson } from "./fetch-json.ts";

/** A link by which another browser joins this one. */
export interface TransferLink {
  url: string;
  /** How long it can be used from now on, ms: the server's clock may differ from ours. */
  lastsMs: number;
}

/**
 * What a page may ask about its session (protocol 3.9). A refusal and a failed connection are
 * values, not exceptions.
 */
export const sessionRequests = {
  browsers: () => request<{ browsers: number }>("GET", "/api/session"),
  transfer: () => request<TransferLink>("POST", "/api/session/transfer"),
  join: (code: string) => request<undefined>("POST", "/api/session/join", { code }),
  logOut: () => request<undefined>("POST", "/api/session/logout"),
  deleteEverything: () => request<{ deleted: number }>("DELETE", "/api/conversations"),
};

const request = <T>(method: string, url: string, body?: unknown) =>
  fetchJson<T>((...args) => fetch(...args), url, { method, body });

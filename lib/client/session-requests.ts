import { type Answered, answered } from "./requests.ts";

/** A link by which another browser joins this one. */
export interface TransferLink {
  url: string;
  /** How long it can be used from now on, ms: the server's clock may differ from ours. */
  lastsMs: number;
}

/** What a page may ask about its session (protocol 3.9). A refusal and a broken line come back as values. */
export const sessionRequests = {
  browsers: () => ask<{ browsers: number }>("GET", "/api/session"),
  transfer: () => ask<TransferLink>("POST", "/api/session/transfer"),
  join: (code: string) => ask<undefined>("POST", "/api/session/join", { code }),
  logOut: () => ask<undefined>("POST", "/api/session/logout"),
  deleteEverything: () => ask<{ deleted: number }>("DELETE", "/api/conversations"),
};

const ask = <T>(method: string, url: string, body?: unknown): Promise<Answered<T>> =>
  answered<T>(() =>
    fetch(url, {
      method,
      cache: "no-store",
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    }),
  );

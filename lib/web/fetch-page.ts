import { Agent, request } from "undici";
import { createGuardedConnect, type GuardedConnectOptions } from "./guarded-connect.ts";
import { type LimitedBody, limitedBody } from "./limited-body.ts";
import { PageError } from "./page-error.ts";
import { pageUrl } from "./page-url.ts";

/*
 * One page, fetched from wherever it lies. Owns the way to it and what may come of it; where a socket may go
 * is guarded-connect.ts', what the bytes say read-page.ts'.
 *
 * 1. Each address on the way is read by the same rules, and each connection is judged anew (S51).
 * 2. Nothing is sent but the request itself: no cookie, no key, and nothing of the page that led there.
 * 3. All hops together have one time limit, and of the body no more is taken than may be kept.
 */

/** What was found under an address. */
export interface FetchedPage extends LimitedBody {
  /** Where it lay at last. */
  url: URL;
  /** In small letters, without what follows it; empty where the server said none. */
  contentType: string;
  /** That the server named. */
  charset?: string;
}

export interface FetchPageOptions extends GuardedConnectOptions {
  /** Of all hops together. */
  timeLimitMs?: number;
  maxBytes?: number;
}

export type FetchPage = (address: string, signal: AbortSignal) => Promise<FetchedPage>;

const maxHops = 5;
const maxPageBytes = 2 * 1024 * 1024;
const pageLimitMs = 10_000;

/** Rejects with `PageError`, or with the signal's reason once that has aborted. */
export function createPageFetch(options: FetchPageOptions = {}): FetchPage {
  const { timeLimitMs = pageLimitMs, maxBytes = maxPageBytes } = options;
  const connect = createGuardedConnect(options);

  async function fetchHops(address: string, signal: AbortSignal): Promise<FetchedPage> {
    // One for each page: no connection outlives it.
    const agent = new Agent({ connect, pipelining: 1, maxHeaderSize: maxHeaderBytes });
    try {
      let url = pageUrl(address);
      for (let hop = 0; hop <= maxHops; hop += 1) {
        const answer = await fetchHop(url, agent, signal, maxBytes);
        if (answer instanceof URL) url = answer;
        else return answer;
      }
      throw new PageError(`${url.host} leads on more than ${maxHops} times`);
    } finally {
      await agent.destroy();
    }
  }

  return async (address, signal) => {
    const late = AbortSignal.timeout(timeLimitMs);
    try {
      return await fetchHops(address, AbortSignal.any([signal, late]));
    } catch (error) {
      if (error instanceof PageError || signal.aborted) throw signal.aborted ? signal.reason : error;
      const seconds = Math.round(timeLimitMs / 1000);
      if (late.aborted) throw new PageError(`the page did not come within ${seconds} seconds`);
      throw connectionFault(error);
    }
  };
}

const maxHeaderBytes = 16 * 1024;

/** 2. */
const requestHeaders = {
  accept: "text/html,application/xhtml+xml,text/plain;q=0.9,application/pdf;q=0.8,*/*;q=0.5",
  "accept-encoding": "gzip, deflate, br",
  "user-agent": "Mozilla/5.0 (compatible; Rivulet; reads one page for a person)",
};

/** The page, or where its server leads to. */
async function fetchHop(
  url: URL,
  dispatcher: Agent,
  signal: AbortSignal,
  maxBytes: number,
): Promise<FetchedPage | URL> {
  const { statusCode, headers, body } = await request(url, { dispatcher, signal, headers: requestHeaders });
  const header = (name: string): string => [headers[name] ?? ""].flat().join(", ");
  const location = header("location");
  if (statusCode >= 300 && statusCode < 400 && location !== "") {
    body.on("error", () => undefined).destroy();
    return pageUrl(location, url);
  }
  if (statusCode < 200 || statusCode > 299) {
    body.on("error", () => undefined).destroy();
    throw new PageError(`${url.host} answered with status ${statusCode}`);
  }
  const { contentType, charset } = contentTypeOf(header("content-type"));
  if (!isTextType(contentType)) {
    body.on("error", () => undefined).destroy();
    throw new PageError(`${url.host} sent ${contentType.slice(0, 80)}, and only text and PDF are read`);
  }
  const read = await limitedBody(body, header("content-encoding"), maxBytes);
  signal.throwIfAborted();
  return { ...read, url, contentType, ...(charset !== undefined && { charset }) };
}

function contentTypeOf(header: string): Pick<FetchedPage, "contentType" | "charset"> {
  const [contentType = ""] = header.toLowerCase().split(/[;,]/);
  const charset = /charset\s*=\s*["']?([\w:.+-]+)/i.exec(header)?.[1];
  return { contentType: contentType.trim(), ...(charset !== undefined && { charset }) };
}

/** One without a type is looked at. */
const isTextType = (type: string): boolean =>
  type === "" ||
  type.startsWith("text/") ||
  type === "application/pdf" ||
  /^application\/(xhtml\+xml|xml|json|javascript|x-ndjson|yaml|toml|[\w.-]+\+(xml|json))$/.test(type);

/** What went wrong below, without what is no concern of a model's. */
function connectionFault(error: unknown): PageError {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof PageError) return each;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new PageError(connectionFaultWords.get(code) ?? "the page could not be fetched", { cause: error });
}

const connectionFaultWords = new Map([
  ["ENOTFOUND", "there is no host of that name"],
  ["EAI_AGAIN", "the name of the host could not be looked up"],
  ["ECONNREFUSED", "the host does not take the connection"],
  ["ECONNRESET", "the host ended the connection"],
  ["UND_ERR_SOCKET", "the host ended the connection"],
  ["UND_ERR_CONNECT_TIMEOUT", "the host could not be reached in time"],
  ["UND_ERR_HEADERS_OVERFLOW", "the host sent more headers than are read"],
  ["CERT_HAS_EXPIRED", "the certificate of the host has expired"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "the certificate of the host is not one that is trusted"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "the certificate of the host is for another name"],
]);

import { endpointAddress } from "./endpoint-address.ts";
import { httpFetch } from "./http-fetch.ts";
import { withBoundedError } from "./streamed-response.ts";

/** Where to ask, and as whom. */
export interface AskedEndpoint {
  /** Absent: what the address says, or a placeholder for servers that want none. */
  apiKey?: string;
  /** May hold a user and a password, and a query, which every request gets. */
  baseUrl: string;
  /** Sent beside those that every request has, and in place of one of the same name. */
  headers?: Readonly<Record<string, string>>;
  fetch?: typeof fetch;
}

export interface EndpointClient {
  /** The endpoint's address, without user, password and query. */
  url: string;
  /** Asks an address below `url`. Redirects are not followed; of a rejection's body the beginning is read. */
  send(address: string | URL | Request, init: RequestInit): Promise<Response>;
}

/** How a wire says who asks. */
type KeyForm = "bearer" | "anthropic";

/** Asks one endpoint, over whichever wire: all that is sent beside the body is said here. */
export function createEndpointClient(endpoint: AskedEndpoint, keyForm: KeyForm): EndpointClient {
  const { url, query, authorization } = endpointAddress(endpoint.baseUrl, endpoint.apiKey);
  const headers = {
    accept: "application/json",
    "user-agent": "Rivulet",
    ...(keyForm === "bearer" ? { authorization } : anthropicHeaders(endpoint, authorization)),
  };
  return {
    url,
    async send(address, init) {
      const whole = withQuery(address instanceof Request ? address.url : address, query);
      const body = init.body ? { "content-type": "application/json" } : {};
      const all = { ...headers, ...body, ...lowerCased(endpoint.headers) };
      return endpoint.fetch
        ? withBoundedError(await endpoint.fetch(whole, { ...init, headers: all, redirect: "manual" }))
        : httpFetch(whole, init, all);
    },
  };
}

/** User and password are what a proxy before it wants, beside the key. */
const anthropicHeaders = ({ apiKey }: AskedEndpoint, authorization: string) => ({
  "anthropic-version": "2023-06-01",
  ...(authorization.startsWith("Basic ") && { authorization }),
  ...(apiKey !== undefined && { "x-api-key": apiKey }),
});

const lowerCased = (headers: AskedEndpoint["headers"] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** What the request itself asks for counts. */
function withQuery(address: string | URL, query: string): string | URL {
  if (query === "") return address;
  const whole = new URL(address);
  const own = new Set(whole.searchParams.keys());
  for (const [name, value] of new URLSearchParams(query))
    if (!own.has(name)) whole.searchParams.append(name, value);
  return whole;
}

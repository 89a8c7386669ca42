interface EndpointAddress {
  /** Without user, password and query, without a slash at its end, and without what is asked there. */
  url: string;
  /** "" where there is none. */
  query: string;
  /** The header that says who asks. */
  authorization: string;
}

/**
 * How an endpoint is asked. User and password in its address are what a proxy before it wants, as a browser
 * would send them; else the key is sent, or a placeholder for servers that want none.
 */
export function endpointAddress(baseUrl: string, apiKey: string | undefined): EndpointAddress {
  const { origin, pathname, search, username, password } = new URL(baseUrl);
  const url = `${origin}${pathname.replace(/\/+$/, "").replace(asked, "")}`;
  const authorization =
    username === "" && password === "" ? `Bearer ${apiKey ?? "no-key"}` : basicOf(username, password);
  return { url, query: search, authorization };
}

/** Often copied along. */
const asked = /\/+(chat\/completions|responses)$/;

function basicOf(...pair: [username: string, password: string]): string {
  const decoded = pair.map(decodeURIComponent).join(":");
  return `Basic ${Buffer.from(decoded).toString("base64")}`;
}

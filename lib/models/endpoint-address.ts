interface EndpointAddress {
  /** Without user and password. */
  url: string;
  /** The header that says who asks. */
  authorization: string;
}

/**
 * How an endpoint is asked. User and password in its address are what a proxy before it wants, as a browser
 * would send them; else the key is sent, or a placeholder for servers that want none.
 */
export function endpointAddress(baseUrl: string, apiKey: string | undefined): EndpointAddress {
  const address = new URL(baseUrl);
  const { username, password } = address;
  if (username === "" && password === "")
    return { url: baseUrl, authorization: `Bearer ${apiKey ?? "no-key"}` };
  address.username = "";
  address.password = "";
  const pair = [username, password].map(decodeURIComponent).join(":");
  return { url: address.href, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

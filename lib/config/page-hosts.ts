/** PAGE_HOSTS: hosts of the operator's own network, comma-separated, in small letters. */
export const readPageHosts = (list: string): string[] =>
  list
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== "");

/** `host:port`, as an address has them: an IPv6 address in brackets. */
export const isPageHost = (host: string): boolean =>
  /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]*]+):\d{1,5}$/.test(host) &&
  URL.canParse(`http://${host}`) &&
  Number(host.slice(host.lastIndexOf(":") + 1)) > 0;

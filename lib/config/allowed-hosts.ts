/**
 * The entries of a list such as `chat.example.com, *.example.org:8443, [::1]`: in lower case, in the form
 * that browsers send, without the dot that may end a name.
 */
export const readAllowedHosts = (list: string): string[] =>
  list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry) => asBrowsersSend(entry.toLowerCase()).replace(/(?<=[a-z\d])\.(?=:\d+$|$)/, ""));

/** A name, an address, `*.` before a name for all below it, each with a port or without; or `*` for any. */
export const isAllowedHost = (entry: string): boolean =>
  /^(\*|(\*\.)?[a-z\d_-]+(\.[a-z\d_-]+)*(:\d{1,5})?|\[[\d:a-f.]+\](:\d{1,5})?)$/.test(entry);

/** Names of other alphabets as punycode, an IPv6 address in brackets. */
function asBrowsersSend(entry: string): string {
  if (/^[\d:a-f.]*:[\d:a-f.]*:[\d:a-f.]*$/.test(entry)) return `[${entry}]`;
  if (!/[^\x21-\x7e]/.test(entry)) return entry;
  const [, wildcard = "", name = "", port = ""] = /^(\*\.)?(.*?)(:\d+)?$/.exec(entry) ?? [];
  return URL.canParse(`http://${name}`) ? `${wildcard}${new URL(`http://${name}`).hostname}${port}` : entry;
}

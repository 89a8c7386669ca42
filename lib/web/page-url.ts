import { PageError } from "./page-error.ts";

const maxUrlLength = 2048;

/**
 * The address of a page, read once: what is returned is what is fetched, and nothing reads the text again
 * (S52). `base`: the page that leads there. Throws `PageError`.
 */
export function pageUrl(text: string, base?: URL): URL {
  if (text.length > maxUrlLength) throw new PageError(`the address has more than ${maxUrlLength} characters`);
  if (!URL.canParse(text, base)) throw new PageError(`this is no address of a page: ${shown(text)}`);
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new PageError(`only http and https addresses can be read, and this one is ${shown(url.protocol)}`);
  if (url.username !== "" || url.password !== "")
    throw new PageError("an address with a user or a password in it is not read");
  if (base?.protocol === "https:" && url.protocol === "http:")
    throw new PageError(`${base.host} leads from https to http, which is not followed`);
  url.hash = "";
  return url;
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 100).toWellFormed());

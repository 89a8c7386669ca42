import { asText } from "./as-text.ts";
import { fieldsInList, type JsonFields } from "./fields-of.ts";
import type { ModelPart } from "./model.ts";

/** What a provider is asked to do with its own tools; wires that know none ask for nothing. */
export interface HostedSearchOptions {
  /** It may search the web by itself, without a call that anybody here sees before it is made. */
  webSearch?: boolean;
}

/** A page that a tool of the provider's has found or read. */
export interface HostedPage {
  url: string;
  title?: string;
}

const maxHostedPages = 50;
const maxHostedTitle = 300;

/** Pages among a list of theirs: what has no address is none, and each address counts once. */
export function hostedPages(list: unknown): HostedPage[] {
  const pages = new Map<string, HostedPage>();
  for (const fields of fieldsInList(list)) {
    const page = hostedPage(fields);
    if (page && !pages.has(page.url) && pages.size < maxHostedPages) pages.set(page.url, page);
  }
  return [...pages.values()];
}

/** Undefined: it has no address of the web. */
export function hostedPage(fields: JsonFields): HostedPage | undefined {
  const url = asText(fields["url"]);
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const title = asText(fields["title"]).trim().slice(0, maxHostedTitle).toWellFormed();
  return { url, ...(title !== "" && { title }) };
}

export const sourcePart = (page: HostedPage): ModelPart => ({ type: "source", ...page });

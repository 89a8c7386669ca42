import { isRecord } from "../../protocol/is-record.ts";
import { PageError } from "../page-error.ts";
import { plainPageText } from "../page-text.ts";
import { stripMarkup } from "../strip-markup.ts";
import type { WebSearchResult } from "./search-provider.ts";

/** The names that a provider has for the fields of a result; the first that is a text counts. */
export interface ResultFields {
  excerpt: readonly string[];
  published: readonly string[];
}

const maxTitle = 300;
const maxExcerpt = 1200;

/** The results among `list`: what has no address of a page is none, and each page counts once. */
export function readResults(
  provider: string,
  list: unknown,
  fields: ResultFields,
  limit: number,
): WebSearchResult[] {
  if (!Array.isArray(list)) throw new PageError(`${provider} sent something that is no list of results`);
  const found = new Map<string, WebSearchResult>();
  for (const each of list) {
    if (found.size >= limit) break;
    const result = isRecord(each) ? readResult(each, fields) : undefined;
    if (result && !found.has(result.url)) found.set(result.url, result);
  }
  return [...found.values()];
}

function readResult(result: Readonly<Record<string, unknown>>, fields: ResultFields) {
  const address = fieldTextIn(result, ["url"]);
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  const published = fieldTextIn(result, fields.published);
  return {
    url: url.href,
    title: resultWords(fieldTextIn(result, ["title"]), maxTitle) || url.host,
    excerpt: resultWords(fieldTextIn(result, fields.excerpt), maxExcerpt),
    ...(published !== "" && { published: resultWords(published, 40) }),
  };
}

function fieldTextIn(result: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  for (const name of names) {
    const value = result[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}

/** Some mark the words that were looked for. */
const resultWords = (text: string, maxLength: number): string =>
  plainPageText(stripMarkup(text.slice(0, maxLength * 4)).text)
    .replace(/\s+/g, " ")
    .slice(0, maxLength)
    .toWellFormed();

import { createElement, type ReactNode } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { CitationLinks } from "./markdown/citations-context.ts";
import { GuardedLink } from "./markdown/guarded-link.ts";
import { linkTarget } from "./markdown/link-target.ts";

/** One number or several in brackets, any number of times. */
const citationForm = /^(\[\s*\d{1,4}(\s*[,，、]\s*\d{1,4}){0,20}\s*\]){1,20}$/;

/**
 * Citations as links to the sources of an answer. `json`: a list of the number, address and title of each.
 * What names a number that no source has is left as it is. A model may have made up an address, so it is
 * shown before anybody goes there.
 */
export function citationLinks(json: string): CitationLinks {
  // Cast: as `useCitations` has written it.
  const sources = JSON.parse(json) as Source[];
  const byNumber = new Map(sources.map((source) => [source[0], source]));
  return (text) => {
    if (text.length > 400 || !citationForm.test(text)) return undefined;
    const numbers = [...text.matchAll(/\d+/g)].map(([digits]) => String(Number(digits)));
    if (!numbers.every((number) => byNumber.has(number))) return undefined;
    return numbers.map((number, key) => citation(number, byNumber.get(number), key));
  };
}

type Source = [number: string, url: string, title: string | null];

function citation(number: string, source: Source | undefined, key: number): ReactNode {
  const [, url = "", words = null] = source ?? [];
  const target = linkTarget(url);
  const title = showHidden(words ?? url);
  return createElement(
    "sup",
    { key, className: "cite", title },
    target ? createElement(GuardedLink, { href: target.href, host: target.host }, number) : number,
  );
}

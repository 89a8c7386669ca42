"use client";

import { createContext, createElement, memo, type ReactElement, type ReactNode, useContext } from "react";
import type { Inline, InlineContent } from "./block.ts";
import { CitationsContext } from "./citations-context.ts";
import { siteOf } from "./crowded-sites.ts";
import { normalLabel } from "./definition.ts";
import { GuardedLink } from "./guarded-link.ts";
import { LabelsContext } from "./labels-context.ts";
import { linkTarget, shownHost } from "./link-target.ts";
import { plainText } from "./parse-inline.ts";

export type References = {
  readonly destinations: ReadonlyMap<string, string>;
  readonly live: boolean;
  /** Sites to which the links of this answer carry a text in pieces. */
  readonly crowded: readonly string[];
};
export const ReferencesContext = createContext<References>({
  destinations: new Map(),
  live: false,
  crowded: [],
});

/**
 * Inline content as elements; every element and attribute the page can get from inline markdown is written in
 * this file.
 */
export function renderInlineContent(content: InlineContent): ReactNode[] {
  return content.map(renderInline);
}

export const InlineView = memo(function InlineView({
  content,
}: {
  readonly content: InlineContent;
}): ReactNode {
  return renderInlineContent(content);
});

const TAGS = { emphasis: "em", strong: "strong", delete: "del" } as const;

function renderInline(inline: Inline, key: number): ReactNode {
  switch (inline.type) {
    case "text":
      return inline.text;
    case "code":
      return createElement("code", { key }, inline.text);
    case "break":
      return createElement("br", { key });
    case "emphasis":
    case "strong":
    case "delete":
      return createElement(TAGS[inline.type], { key }, ...renderInlineContent(inline.children));
    case "link":
      return createElement(LinkView, {
        key,
        href: inline.href,
        host: inline.shownHost,
        words: inline.children,
      });
    case "image":
      return createElement(ImageView, { key, image: inline });
    case "reference":
      return createElement(ReferenceView, { key, reference: inline });
    default:
      return inline satisfies never;
  }
}

type LinkProps = { readonly href: string; readonly host: string | null; readonly words: InlineContent };

// A link whose host must be shown also needs a second step: until then its address is not even in the page
// (S41).
function LinkView({ href, host: named, words }: LinkProps): ReactNode {
  const host = useShownHost(href, named);
  if (host === null) return anchor(href, ...renderInlineContent(words));
  return [
    createElement(GuardedLink, { key: "link", href, host }, ...renderInlineContent(words)),
    createElement("span", { key: "host", className: "host" }, ` (${host})`),
  ];
}

function useShownHost(href: string, host: string | null): string | null {
  const { crowded } = useContext(ReferencesContext);
  return host === null && crowded.includes(siteOf(href)) ? (linkTarget(href)?.host ?? null) : host;
}

function anchor(href: string, ...words: ReactNode[]): ReactElement {
  return createElement(
    "a",
    { key: "link", href, target: "_blank", rel: "noopener noreferrer nofollow ugc" },
    ...words,
  );
}

// No request is ever made for a picture (S38): its words, where it lies, and a link that needs a click.
function ImageView({ image }: { readonly image: Extract<Inline, { type: "image" }> }): ReactNode {
  const { imageFrom = "image from {host}" } = useContext(LabelsContext);
  const from = image.host === null ? "" : imageFrom.replace("{host}", () => image.host ?? "");
  const words = ["▢", image.alt, image.alt !== "" && from !== "" ? "—" : "", from]
    .filter((word) => word !== "")
    .join(" ");
  return image.href === null
    ? words
    : createElement(PictureLink, { href: image.href, alt: image.alt, words });
}

type PictureProps = { readonly href: string; readonly alt: string; readonly words: string };

function PictureLink({ href, alt, words }: PictureProps): ReactElement {
  const target = linkTarget(href);
  const host = useShownHost(href, target && shownHost(target, alt));
  return host === null ? anchor(href, words) : createElement(GuardedLink, { href, host }, words);
}

type Reference = Extract<Inline, { type: "reference" }>;

function ReferenceView({ reference }: { readonly reference: Reference }): ReactNode {
  const { destinations, live } = useContext(ReferencesContext);
  const cite = useContext(CitationsContext);
  const destination = destinations.get(normalLabel(reference.label));
  const words = plainText(reference.children);
  const cited = destination === undefined && !reference.image && cite?.(`[${words}${reference.tail}`);
  if (cited) return cited;
  // A definition often stands at the end of the answer: until then its references are words, not brackets.
  if (destination === undefined && live && (reference.image || reference.tail !== "]"))
    return renderInlineContent(reference.children);
  if (destination === undefined)
    return [reference.image ? "![" : "[", ...renderInlineContent(reference.children), reference.tail];
  const target = linkTarget(destination);
  const alt = words;
  if (reference.image)
    return createElement(ImageView, {
      image: { type: "image", alt, href: target?.href ?? null, host: target?.host ?? null },
    });
  if (target === null) return renderInlineContent(reference.children);
  return createElement(LinkView, {
    href: target.href,
    host: shownHost(target, alt),
    words: reference.children,
  });
}

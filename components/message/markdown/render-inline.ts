"use client";

import { createElement, type MouseEvent, memo, type ReactElement, type ReactNode, useContext } from "react";
import type { Inline, InlineContent } from "./block.ts";
import { CitationsContext } from "./citations-context.ts";
import { siteOf } from "./crowded-sites.ts";
import { normalLabel } from "./definition.ts";
import { FormulaView } from "./formula-view.ts";
import { GuardedLink } from "./guarded-link.ts";
import { inlineText } from "./inline-text.ts";
import { LabelsContext } from "./labels-context.ts";
import { linkTarget, shownHost } from "./link-target.ts";
import { ReferencesContext } from "./references-context.ts";
import { type Reference, resolveReference } from "./resolve-reference.ts";

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

export function renderCaret(): ReactElement {
  return createElement("span", { key: "caret", className: "caret", "aria-hidden": true });
}

const TAGS = { strong: "strong", delete: "del" } as const;

/** Chinese and Japanese letters do not lean: they are emphasised by dots. */
const isChinese = (text: string): boolean => /[\u3040-\u30FF\u3400-\u9FFF\uF900-\uFAFF]/.test(text);

function renderInline(inline: Inline, key: number): ReactNode {
  switch (inline.type) {
    case "text":
      return inline.text;
    case "code":
      return createElement("code", { key, dir: "ltr" }, inline.text);
    case "math":
      return createElement(FormulaView, { ...inline, key });
    case "break":
      return createElement("br", { key });
    case "tag":
      return createElement(inline.tag, { key }, ...renderInlineContent(inline.children));
    case "note":
      return createElement(NoteMark, { key, label: inline.label });
    case "emphasis":
      return renderEmphasis(inline.children, key);
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

/** What is in both kinds of letters is emphasised as each of them is. */
function renderEmphasis(content: InlineContent, key: number): ReactElement {
  const text = inlineText(content);
  if (!isChinese(text)) return createElement("em", { key }, ...renderInlineContent(content));
  const isMixed = /\p{sc=Latin}/u.test(text) && content.every(({ type }) => type === "text");
  const runs = isMixed ? text.match(/\p{sc=Latin}[^\u2E80-\uFFEF]*|[^\p{sc=Latin}]+/gu) : null;
  if (!runs) return createElement("em", { key, className: "dotted" }, ...renderInlineContent(content));
  return createElement(
    "em",
    { key },
    ...runs.map((run, at) =>
      isChinese(run) ? createElement("span", { key: at, className: "dotted" }, run) : run,
    ),
  );
}

type LinkProps = { readonly href: string; readonly host: string | null; readonly words: InlineContent };

// A link whose host must be shown also needs a second step: until then its address is not even in the page
// (S41).
function LinkView({ href, host: named, words }: LinkProps): ReactNode {
  const host = useShownHost(href, named);
  // Without words it could be neither seen nor named.
  const isEmpty = inlineText(words).trim() === "" && words.every(({ type }) => type !== "image");
  const shown = isEmpty ? [href] : renderInlineContent(words);
  if (host === null) return anchor(href, ...shown);
  return [
    createElement(GuardedLink, { key: "link", href, host }, ...shown),
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

function ReferenceView({ reference }: { readonly reference: Reference }): ReactNode {
  const { destinations, live } = useContext(ReferencesContext);
  const cite = useContext(CitationsContext);
  const found = resolveReference(reference, destinations);
  const alt = inlineText(reference.children);
  const cited = found.destination === undefined && !reference.image && cite?.(`[${alt}${reference.tail}`);
  if (cited) return cited;
  // A definition often stands at the end of the answer: until then its references are words, not brackets.
  if (found.destination === undefined && live && (reference.image || reference.tail !== "]"))
    return renderInlineContent(reference.children);
  if (found.destination === undefined) return renderInlineContent(found.words);
  const target = linkTarget(found.destination);
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

/** The number of a note, which leads to it; without a note it is the text that it is. */
function NoteMark({ label }: { readonly label: string }): ReactNode {
  const { numbers, id, live } = useContext(ReferencesContext);
  const { note } = useContext(LabelsContext);
  const number = numbers.get(normalLabel(label));
  if (number === undefined) return live ? null : `[^${label}]`;
  const words = `${number}`;
  return createElement(
    "sup",
    { className: "note-mark", "data-mark": `${id}mark${number}` },
    createElement(NoteLink, { to: `${id}note${number}`, label: `${note ?? ""} ${number}`.trim(), words }),
  );
}

type NoteLinkProps = { readonly to: string; readonly label: string; readonly words: string };

/** Leads within the answer; the address of the page stays what it is. */
export function NoteLink({ to, label, words }: NoteLinkProps): ReactElement {
  const go = (event: MouseEvent) => {
    event.preventDefault();
    // A note has one place, and any number of marks: the first of them.
    const found = document.querySelector<HTMLElement>(`[id="${to}"], [data-mark="${to}"]`);
    found?.scrollIntoView({ block: "center" });
    (found?.querySelector("a") ?? found)?.focus({ preventScroll: true });
  };
  return createElement("a", { href: `#${to}`, "aria-label": label, onClick: go }, words);
}

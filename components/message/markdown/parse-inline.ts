import type { PhrasingContent } from "mdast";
import { fromMarkdown, type Options } from "mdast-util-from-markdown";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { cjkFriendlyExtension } from "micromark-extension-cjk-friendly";
import { gfmStrikethroughCjkFriendly } from "micromark-extension-cjk-friendly-gfm-strikethrough";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Inline, InlineContent } from "./block.ts";
import { linkTarget, shownHost } from "./link-target.ts";
import { literalAutolinks } from "./literal-autolink.ts";

const MAX_INLINE_NESTING = 32;
// micromark pairs delimiters in quadratic time; prose never comes near this many in one piece.
const MAX_MARKS = 400;
const MARKS = /[\\`*_~[\]<&!]/g;
const NEEDS_PARSER = /[\\`*_~[\]<&@\0\r]|:\/\/|www\.|[ \t]\n|\n[ \t]/i;

/**
 * The inline syntax of one leaf as an allowlisted phrase. Raw HTML and images come out as words; never
 * throws.
 */
export function parseInline(source: string): InlineContent {
  const trimmed =
    source.trim() === source ? source : source.replace(/^[ \t\n]+/, "").replace(/\s+$/, trimBlank);
  if (trimmed === "") return [];
  if (!NEEDS_PARSER.test(trimmed) || (trimmed.match(MARKS)?.length ?? 0) > MAX_MARKS)
    return [{ type: "text", text: showHidden(trimmed) }];
  const autolinks = literalAutolinks(trimmed);
  const extensions = autolinks === null ? EXTENSIONS : [...EXTENSIONS, autolinks];
  const root = fromMarkdown(trimmed, { extensions, mdastExtensions: MDAST_EXTENSIONS });
  const paragraph = root.children[0];
  return paragraph?.type === "paragraph"
    ? toInlineContent(paragraph.children, { source: trimmed, depth: 0, inLink: false })
    : [];
}

// A no-break space at the end is a character of the text, a blank is not.
function trimBlank(end: string): string {
  return end.replace(/[ \t\n]+$/, "");
}

// Blocks are ours (incremental-parser.ts), so every line micromark sees is text; raw HTML is never parsed, so
// it stays the characters it is.
const BLOCK_SYNTAX = [
  "blockQuote",
  "list",
  "codeFenced",
  "codeIndented",
  "headingAtx",
  "htmlFlow",
  "htmlText",
  "setextUnderline",
  "thematicBreak",
  "definition",
];

// Every label counts as defined: a reference is resolved when it is drawn, so a definition that
// arrives later touches only the references themselves and no settled block is parsed again.
const everyLabel = Object.assign<string[], Pick<string[], "includes">>([], { includes: () => true });

const EXTENSIONS: NonNullable<Options["extensions"]> = [
  cjkFriendlyExtension(),
  gfmStrikethroughCjkFriendly({ singleTilde: false }),
  { disable: { null: BLOCK_SYNTAX } },
  {
    text: {
      93: {
        tokenize(_effects, _ok, nok) {
          this.parser.defined = everyLabel;
          return nok;
        },
      },
    },
  },
];
const MDAST_EXTENSIONS = [gfmStrikethroughFromMarkdown()];

type InlinePlace = { readonly source: string; readonly depth: number; readonly inLink: boolean };

function toInlineContent(nodes: readonly PhrasingContent[], place: InlinePlace): InlineContent {
  if (place.depth > MAX_INLINE_NESTING) return [textNode(nodes.map(words).join(""))];
  const phrase: Inline[] = [];
  for (const node of nodes) phrase.push(...toInline(node, place));
  return phrase;
}

function toInline(node: PhrasingContent, place: InlinePlace): readonly Inline[] {
  const inside = { ...place, depth: place.depth + 1 };
  switch (node.type) {
    case "text":
    case "html":
      return [textNode(node.value)];
    case "inlineCode":
      return [{ type: "code", text: showHidden(node.value) }];
    case "break":
      return [{ type: "break" }];
    case "emphasis":
    case "strong":
    case "delete":
      return [{ type: node.type, children: toInlineContent(node.children, inside) }];
    case "link":
      return toLink(node.url, toInlineContent(node.children, { ...inside, inLink: true }), place);
    case "image":
      return [toImage(node.alt ?? "", node.url, place)];
    case "linkReference":
      return toReference(
        node.label ?? "",
        false,
        node.referenceType,
        toInlineContent(node.children, { ...inside, inLink: true }),
        place,
      );
    case "imageReference":
      return toReference(node.label ?? "", true, node.referenceType, [textNode(node.alt ?? "")], place);
    default:
      return [];
  }
}

function textNode(value: string): Inline {
  return { type: "text", text: showHidden(value) };
}

function toLink(url: string, children: InlineContent, place: InlinePlace): readonly Inline[] {
  if (place.inLink) return children;
  const target = linkTarget(url);
  if (target === null) return children;
  return [{ type: "link", href: target.href, shownHost: shownHost(target, plainText(children)), children }];
}

function toImage(alt: string, url: string, place: InlinePlace): Inline {
  const target = linkTarget(url);
  return {
    type: "image",
    alt: showHidden(alt),
    href: place.inLink ? null : (target?.href ?? null),
    host: target?.host ?? null,
  };
}

function toReference(
  label: string,
  image: boolean,
  kind: "shortcut" | "collapsed" | "full",
  children: InlineContent,
  place: InlinePlace,
): readonly Inline[] {
  const shown = showHidden(label);
  const tail = kind === "full" ? `][${shown}]` : kind === "collapsed" ? "][]" : "]";
  if (place.inLink) return [textNode(image ? "![" : "["), ...children, textNode(tail)];
  return [{ type: "reference", label, image, tail, children }];
}

function words(node: PhrasingContent): string {
  if ("value" in node) return node.value;
  if ("children" in node) return node.children.map(words).join("");
  return "alt" in node ? (node.alt ?? "") : "";
}

/** The words of inline content, as a reader sees them without styles. */
export function plainText(content: InlineContent): string {
  return content.map(inlineText).join("");
}

function inlineText(inline: Inline): string {
  switch (inline.type) {
    case "text":
    case "code":
      return inline.text;
    case "break":
      return "\n";
    case "image":
      return inline.alt;
    case "reference":
      return `${inline.image ? "![" : "["}${plainText(inline.children)}${inline.tail}`;
    case "link":
    case "emphasis":
    case "strong":
    case "delete":
      return plainText(inline.children);
    default:
      return inline satisfies never;
  }
}

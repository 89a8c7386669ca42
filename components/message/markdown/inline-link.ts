import type { Inline, InlineContent } from "./block.ts";
import { inlineText, joinInline } from "./inline-text.ts";
import { linkTarget, shownHost } from "./link-target.ts";

/** A link, or its words where it may lead nowhere. */
export function toLink(address: string, children: InlineContent): InlineContent {
  const target = linkTarget(address);
  if (target === null) return children;
  const words = joinInline(children);
  return [
    { type: "link", href: target.href, shownHost: shownHost(target, inlineText(words)), children: words },
  ];
}

export function toImage(alt: string, address: string): Inline {
  const target = linkTarget(address);
  return { type: "image", alt, href: target?.href ?? null, host: target?.host ?? null };
}

/** A link holds no other one: what would be one is its words. */
export function wordsOfLink(content: InlineContent): InlineContent {
  return content.flatMap((inline): InlineContent => {
    switch (inline.type) {
      case "link":
        return inline.children;
      case "image":
        return [{ ...inline, href: null }];
      case "note":
        return [{ type: "text", text: inlineText([inline]) }];
      case "reference":
        return [
          { type: "text", text: inline.image ? "![" : "[" },
          ...wordsOfLink(inline.children),
          { type: "text", text: inline.tail },
        ];
      case "emphasis":
      case "strong":
      case "delete":
      case "tag":
        return [{ ...inline, children: wordsOfLink(inline.children) }];
      default:
        return [inline];
    }
  });
}

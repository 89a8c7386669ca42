import { showHidden } from "#lib/client/show-hidden.ts";
import type { Inline, InlineContent } from "./block.ts";

/** The words of inline content, as a reader sees them without styles. */
export function inlineText(content: InlineContent): string {
  return content.map(textOfInline).join("");
}

function textOfInline(inline: Inline): string {
  switch (inline.type) {
    case "text":
    case "code":
      return inline.text;
    case "math":
      return inline.source;
    case "break":
      return "\n";
    case "image":
      return inline.alt;
    case "note":
      return `[^${inline.label}]`;
    case "reference":
      return `${inline.image ? "![" : "["}${inlineText(inline.children)}${inline.tail}`;
    case "link":
    case "emphasis":
    case "strong":
    case "delete":
    case "tag":
      return inlineText(inline.children);
    default:
      return inline satisfies never;
  }
}

/** Texts beside each other as one. */
export function joinInline(inlines: readonly Inline[]): InlineContent {
  const joined: Inline[] = [];
  let text = "";
  for (const inline of inlines) {
    if (inline.type === "text") {
      text += inline.text;
      continue;
    }
    if (text !== "") joined.push({ type: "text", text: showHidden(text) });
    text = "";
    joined.push(inline);
  }
  if (text !== "") joined.push({ type: "text", text: showHidden(text) });
  return joined;
}

import type { Inline, InlineContent } from "./block.ts";
import { normalLabel } from "./definition.ts";
import { parseInline } from "./parse-inline.ts";

export type Reference = Extract<Inline, { type: "reference" }>;

export type ResolvedReference = { readonly destination: string | undefined; readonly words: InlineContent };

/**
 * Where a reference leads by what is defined, and otherwise the words that it is written with. It is none
 * where a link stands in it (CommonMark 6.3): the label behind it may be one by itself then.
 */
export function resolveReference(
  reference: Reference,
  destinations: ReadonlyMap<string, string>,
): ResolvedReference {
  const { image, label, tail, children } = reference;
  const words: Inline[] = [{ type: "text", text: image ? "![" : "[" }, ...children];
  const destination = destinations.get(normalLabel(label));
  if (destination !== undefined && (image || !hasLink(children, destinations)))
    return { destination, words: [] };
  if (tail === "]" || tail === "][]")
    return { destination: undefined, words: [...words, { type: "text", text: tail }] };
  const own: Reference = { type: "reference", label, image: false, tail: "]", children: parseInline(label) };
  return { destination: undefined, words: [...words, { type: "text", text: "]" }, own] };
}

function hasLink(content: InlineContent, destinations: ReadonlyMap<string, string>): boolean {
  return content.some((inline) => {
    if (inline.type === "link") return true;
    if (
      inline.type === "reference" &&
      !inline.image &&
      resolveReference(inline, destinations).destination !== undefined
    )
      return true;
    return "children" in inline && hasLink(inline.children, destinations);
  });
}

import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { MarkdownBlocks } from "#components/message/markdown/markdown-blocks.ts";

export const labels = { copy: "", copied: "" };

/** The page of a text. */
export function html(text: string, live = false): string {
  return renderToStaticMarkup(createElement(MarkdownBlocks, { text, live, labels }));
}

/** What a reader sees of a page, a line for each of its own. */
export const words = (page: string): string =>
  page
    .replace(/<br\/>|<\/(?:p|h\d|li|tr|summary|figure)>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");

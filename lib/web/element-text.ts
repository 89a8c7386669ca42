import { isHidden } from "./is-hidden.ts";

/**
 * An element as plain text: headings, lists, tables, code and links keep their form in Markdown. Linear, and
 * deep elements cost no stack. What is hidden is left out, but never the whole. `base`: what the addresses of
 * links are relative to.
 */
export function elementText(root: Element, base: string): string {
  const writer = createTextWriter();
  const linkEnds = new Map<Node, string>();
  let node = root.firstChild;
  let parent: Node = root;
  while (node || parent !== root) {
    if (!node) {
      leave(parent);
      node = parent.nextSibling;
      parent = parent.parentNode ?? root;
      continue;
    }
    if (node.nodeType === textNodeType) writer.write(node.nodeValue ?? "");
    // Cast: it is what the type of a node says.
    if (node.nodeType === elementNodeType && enter(node as Element)) {
      parent = node;
      node = node.firstChild;
    } else node = node.nextSibling;
  }
  return writer.text();

  /** False: nothing of it is text of the page. */
  function enter(element: Element): boolean {
    const name = element.localName;
    if (skipped.has(name) || isHidden(element)) return false;
    const depth = /^h([1-6])$/.exec(name)?.[1];
    if (depth !== undefined) writer.breakLines(2, `${"#".repeat(Number(depth))} `);
    else if (name === "li") writer.breakLines(1, "- ");
    else if (name === "br") writer.breakLines(1);
    else if (name === "pre") writer.openCode();
    else if (name === "td" || name === "th") writer.cell();
    else if (name === "tr") writer.breakLines(1);
    else if (blocks.has(name)) writer.breakLines(2);
    else if (name === "img") writeImage(element);
    else if (name === "a") openLink(element);
    return true;
  }

  function leave(left: Node): void {
    const name = left.nodeName.toLowerCase();
    const link = linkEnds.get(left);
    if (link !== undefined) writer.closeLink(link);
    if (name === "pre") writer.closeCode();
    else if (name === "li" || name === "tr") writer.breakLines(1);
    else if (blocks.has(name) || /^h[1-6]$/.test(name)) writer.breakLines(2);
  }

  function writeImage(element: Element): void {
    const words = element.getAttribute("alt")?.trim() ?? "";
    if (words !== "") writer.write(` [image: ${words}] `);
  }

  function openLink(element: Element): void {
    const href = element.getAttribute("href") ?? "";
    if (href === "" || href.startsWith("#") || href.length > maxLinkLength || !URL.canParse(href, base))
      return;
    const url = new URL(href, base);
    if (url.protocol !== "http:" && url.protocol !== "https:") return;
    linkEnds.set(element, url.href);
    writer.openLink();
  }
}

const [elementNodeType, textNodeType] = [1, 3];
const maxLinkLength = 500;

const skipped = new Set(
  (
    "script style noscript template svg math iframe object embed canvas audio video head select button dialog " +
    "datalist option optgroup"
  ).split(" "),
);

const blocks = new Set(
  (
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header " +
    "hr main nav ol p section summary table ul"
  ).split(" "),
);

interface TextWriter {
  write(text: string): void;
  /** At least so many line breaks stand before what comes next, and then `prefix`. */
  breakLines(count: number, prefix?: string): void;
  cell(): void;
  openCode(): void;
  closeCode(): void;
  openLink(): void;
  closeLink(url: string): void;
  text(): string;
}

function createTextWriter(): TextWriter {
  const pieces: string[] = [];
  let breaks = 0;
  let prefix = "";
  let isCode = false;
  let endsInSpace = true;
  /** Where the text of the open link begins. */
  let linkStart = -1;

  function push(text: string): void {
    if (breaks > 0 && pieces.length > 0) pieces.push("\n".repeat(breaks));
    if (prefix !== "") pieces.push(prefix);
    breaks = 0;
    prefix = "";
    pieces.push(text);
    endsInSpace = /\s$/.test(text);
  }

  function breakLines(count: number, next = ""): void {
    breaks = Math.max(breaks, count);
    if (next !== "") prefix = next;
    endsInSpace = true;
  }

  return {
    write(text) {
      const words = isCode ? text : text.replace(/\s+/g, " ");
      const shown = endsInSpace && !isCode ? words.trimStart() : words;
      if (shown !== "") push(shown);
    },
    breakLines,
    cell() {
      if (breaks === 0 && pieces.length > 0) push(" | ");
    },
    openCode() {
      breakLines(2);
      push("```\n");
      isCode = true;
    },
    closeCode() {
      isCode = false;
      push("\n```");
      breakLines(2);
    },
    openLink() {
      linkStart = pieces.length;
    },
    closeLink(url) {
      const words = linkStart < 0 ? "" : pieces.slice(linkStart).join("").trim();
      const isShown = linkStart >= 0 && words !== "" && !words.includes("\n") && words !== url;
      if (isShown) pieces.splice(linkStart, pieces.length, `${leading(pieces[linkStart])}[${words}](${url})`);
      linkStart = -1;
    },
    text: () => pieces.join(""),
  };
}

const leading = (piece = ""): string => (piece.startsWith(" ") ? " " : "");

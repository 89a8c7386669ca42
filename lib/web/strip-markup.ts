/**
 * The text between the tags of a document, for one that could not be taken apart in time or memory: no more
 * than readable, and linear whatever stands in it.
 */
export function stripMarkup(html: string): { text: string; title?: string } {
  const texts: string[] = [];
  // Of the same length, so that what is found in it stands there in `html`.
  const small = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let title: string | undefined;
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf("<", at);
    if (open < 0) {
      texts.push(html.slice(at));
      break;
    }
    texts.push(html.slice(at, open));
    const tag = /^<(!--|[!?]|\/?[a-z][a-z0-9]{0,20})/.exec(small.slice(open, open + 24))?.[1];
    if (tag === undefined) texts.push("<");
    else if (breaks.test(tag)) texts.push("\n");
    if (tag === "title") title ??= titleAt(html.slice(open, open + 1000));
    at = tag === undefined ? open + 1 : endOfTag(small, open, tag);
  }
  const lines = withoutEntities(texts.join("")).split("\n");
  const text = lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
  return { text, ...(title !== undefined && title !== "" && { title }) };
}

const breaks = /^\/?(p|div|br|li|ul|ol|tr|table|h[1-6]|section|article|header|footer|blockquote|pre)$/;
/** What stands in them is no text of the page. */
const dropped = new Set(["script", "style", "noscript", "template", "svg", "title"]);

/** Behind the tag, with what is dropped with it. */
function endOfTag(html: string, open: number, tag: string): number {
  if (tag === "!--") return indexBehind(html, "-->", open);
  const from = dropped.has(tag) ? html.indexOf(`</${tag}`, open) : open;
  return from < 0 ? html.length : indexBehind(html, ">", from);
}

function indexBehind(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

const titleAt = (html: string): string =>
  withoutEntities(/^<title[^>]*>([^<]*)/i.exec(html)?.[1] ?? "").trim();

const namedEntities = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
]);

const withoutEntities = (text: string): string =>
  text.replace(/&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith("#")) return namedEntities.get(name) ?? whole;
    const point = /^#[xX]/.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });

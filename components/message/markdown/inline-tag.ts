/** The tagNames of HTML that inline text may have; everything else that looks like one is text. */
export type InlineTag = "sub" | "sup" | "kbd" | "mark";

export type TagMark =
  | { readonly type: "open" | "close"; readonly name: InlineTag; readonly end: number }
  | { readonly type: "break"; readonly end: number }
  | { readonly type: "comment"; readonly end: number };

const MAX_TAG = 256;
const TAG_ATTRIBUTES = String.raw`(?:\s(?:[^<>"']|"[^"]*"|'[^']*')*)?`;
const TAG = new RegExp(`^<(/?)(br|sub|sup|kbd|mark)${TAG_ATTRIBUTES}\\s*/?>`, "i");
const HALF_TAG = /^<\/?(?:$|(?:b|br|s|su|sub|sup|k|kb|kbd|m|ma|mar|mark)(?:\/?$|\s[^<>]*$))/i;

/** The tag or comment that begins at `at`; "half": the rest of one may follow; null: there is none. */
export function readTag(source: string, at: number): TagMark | "half" | null {
  if (source.startsWith("<!--", at)) return readComment(source, at);
  const rest = source.slice(at, at + MAX_TAG);
  const found = TAG.exec(rest);
  if (!found) return HALF_TAG.test(rest) || /^<!-?$/.test(rest) ? "half" : null;
  const [whole, slash, given = ""] = found;
  const end = at + whole.length;
  const name = tagNames[given.toLowerCase()];
  if (name) return { type: slash === "" ? "open" : "close", name, end };
  return slash === "" ? { type: "break", end } : null;
}

const tagNames: Readonly<Record<string, InlineTag>> = { sub: "sub", sup: "sup", kbd: "kbd", mark: "mark" };

// `<!-->` is a whole one.
function readComment(source: string, at: number): TagMark | "half" {
  const end = source.indexOf("-->", at + 2);
  return end === -1 ? "half" : { type: "comment", end: end + 3 };
}

const BIDI = "\u202A-\u202E\u2066-\u2069";
const HIDDEN = new RegExp(`[${BIDI}]|[\\u{E0000}-\\u{E007F}]+`, "gu");
const ANY_HIDDEN = new RegExp(`[${BIDI}]|\\uDB40[\\uDC00-\\uDC7F]`);
// The three subdivision flags in general use are built from tag characters (UTS #51, RGI_Emoji_Tag_Sequence).
const FLAG =
  /\u{1F3F4}(?:\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F})/gu;

/**
 * Writes bidi overrides and tag characters as marks a reader sees: nobody copies text they could not read
 * (S43).
 */
export function showHidden(text: string): string {
  if (!ANY_HIDDEN.test(text)) return text;
  let shown = "";
  let from = 0;
  for (const flag of text.matchAll(FLAG)) {
    shown += text.slice(from, flag.index).replace(HIDDEN, mark) + flag[0];
    from = flag.index + flag[0].length;
  }
  return shown + text.slice(from).replace(HIDDEN, mark);
}

function mark(hidden: string): string {
  const code = (hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const count = [...hidden].length;
  return count === 1 ? `⟦U+${code}⟧` : `⟦U+${code} ×${count}⟧`;
}

/** Characters that nobody sees: controls, joiners, fillers, bidi, tags, selectors of variants. */
const hidden =
  "\\0-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F\\p{DI}\\uFFF9-\\uFFFB\\u{13430}-\\u{13442}\\u{16FE4}\\u{1D159}";
const anyHidden = new RegExp(`[${hidden}]`, "u");
const anyRightToLeft = /[\u05D0-\u061A\u0620-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/** Where one of them is part of what is seen. A second one in a row never is. */
const seen = [
  // The three subdivision flags in general use (UTS #51, RGI_Emoji_Tag_Sequence).
  "\\u{1F3F4}\\u{E0067}\\u{E0062}(?:\\u{E0065}\\u{E006E}\\u{E0067}|\\u{E0073}\\u{E0063}\\u{E0074}|\\u{E0077}\\u{E006C}\\u{E0073})\\u{E007F}",
  // Emoji and what is joined to them, also while the next one is still being written; keycaps.
  "\\p{ExtPict}\\p{EMod}?[\\uFE0E\\uFE0F]?(?:\\u200D(?:\\p{ExtPict}\\p{EMod}?[\\uFE0E\\uFE0F]?|$))*",
  "[\\d#*][\\uFE0E\\uFE0F](?=\\u20E3|$)",
  "(?![\\0-\\x7F\\u{1D159}])\\p{S}[\\uFE00\\uFE0E\\uFE0F]",
  // Mongolian letters.
  "[\\u1820-\\u18AA][\\u180B-\\u180F]",
  // How hieroglyphs stand to each other.
  "[\\u{13000}-\\u{1342F}][\\u{13430}-\\u{13442}]",
  // Joiners and breaks in scripts that need them, which these do not; places to divide a word.
  "(?![\\0-\\u058F\\u1E00-\\u1FFF\\u2C00-\\u2DFF\\u3000-\\u9FFF\\uA640-\\uA7FF\\uAC00-\\uD7FF\\uFF00-\\uFFEF])[\\p{L}\\p{M}][\\u200B-\\u200D]",
  "\\p{L}\\u00AD(?=\\p{L}|$)",
].join("|");
/** Of an ideograph: some names are written with them. More of them in a text may be one of their own. */
const variants = "(?<=\\p{sc=Han})([\\uFE00-\\uFE02\\u{E0100}-\\u{E011F}])";
const maxVariants = 4;
const eachHidden = new RegExp(
  `${seen}|${variants}|([\\u202A-\\u202E\\u2066-\\u2069])|([${hidden}]+?)(?=[\\u202A-\\u202E\\u2066-\\u2069]|[^${hidden}]|$)`,
  "gu",
);

/**
 * Writes hidden characters as marks that a reader sees, apart from those that emoji and scripts are written
 * with: nobody copies or believes a text that they could not read (S43). Marks stay as they are.
 */
export function showHidden(text: string): string {
  if (!anyHidden.test(text)) return text;
  const isRightToLeft = anyRightToLeft.test(text);
  let left = maxVariants;
  return text.replace(eachHidden, (found, variant?: string, bidi?: string, run?: string) => {
    if (variant && left-- > 0) return found;
    const unseen = variant ?? bidi ?? run;
    // A mark of direction beside Hebrew or Arabic.
    if (unseen === undefined || (isRightToLeft && /^[\u061C\u200E\u200F]$/.test(unseen))) return found;
    return mark(unseen);
  });
}

function mark(unseen: string): string {
  const code = (unseen.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const count = [...unseen].length;
  return `⟦U+${code}${count > 1 ? ` ×${count}` : ""}⟧`;
}

import { decodeNamedCharacterReference } from "./named-characters.ts";

const REFERENCE = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z][a-zA-Z\d]{1,31}));/y;

/** The character that a reference at `at` means, and where it ends (CommonMark 2.5); null: there is none. */
export function readReference(source: string, at: number): { text: string; end: number } | null {
  REFERENCE.lastIndex = at;
  const found = REFERENCE.exec(source);
  if (!found) return null;
  const [whole, decimal, hex, name] = found;
  const text =
    name === undefined
      ? characterOf(Number.parseInt(decimal ?? hex ?? "", decimal === undefined ? 16 : 10))
      : decodeNamedCharacterReference(name);
  return text === false ? null : { text, end: at + whole.length };
}

// Controls and halves of pairs are no characters (micromark-util-decode-numeric-character-reference).
function characterOf(code: number): string {
  const isNone =
    code < 9 ||
    code === 11 ||
    (code > 13 && code < 32) ||
    (code > 126 && code < 160) ||
    (code > 55_295 && code < 57_344) ||
    (code > 64_975 && code < 65_008) ||
    (code & 65_535) === 65_535 ||
    (code & 65_535) === 65_534 ||
    code > 1_114_111;
  return isNone ? "\uFFFD" : String.fromCodePoint(code);
}

/** A text without its backslashes and references. */
export function decodeText(source: string): string {
  return source.replace(
    /\\([!-/:-@[-`{-~])|&[#\w]{1,33};/g,
    (found, escaped?: string) => escaped ?? readReference(found, 0)?.text ?? found,
  );
}

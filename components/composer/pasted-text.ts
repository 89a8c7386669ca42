import { draftSeparator } from "#lib/client/join-drafts.ts";
import { countCharacters } from "#lib/protocol/count-characters.ts";

/** A long text that was pasted: part of the message, but not of the field, which a megabyte would freeze. */
export interface Pasted {
  id: number;
  text: string;
  lines: number;
  characters: number;
}

/** A paste of more characters than this is folded. */
const foldFrom = 8000;
let made = 0;

export const isLongPaste = (text: string): boolean => text.length > foldFrom;

/** `raw` as plain text with the line ends of a text field. */
export function pastedText(raw: string): Pasted {
  const text = raw.replace(/\r\n?/g, "\n").replaceAll(draftSeparator, "");
  const lines = text.replace(/\n$/, "").split("\n").length;
  return { id: (made += 1), text, lines, characters: countCharacters(text) };
}

/** What is sent: the typed words, then each pasted text as a paragraph of its own. */
export const messageText = (typed: string, pasted: readonly Pasted[]): string =>
  [typed, ...pasted.map(({ text }) => text)].filter((text) => text.trim() !== "").join("\n\n");

/** Characters of `messageText` that come from what was pasted. */
export const pastedCharacters = (pasted: readonly Pasted[]): number =>
  pasted.reduce((sum, each) => sum + each.characters + 2, 0);

/** A draft as it is stored; `readDraft` gives its pieces back. */
export const writeDraft = (typed: string, pasted: readonly Pasted[]): string =>
  [typed, ...pasted.map(({ text }) => text)].join(draftSeparator);

export function readDraft(stored: string): { typed: string; pasted: readonly Pasted[] } {
  const [typed = "", ...texts] = stored.split(draftSeparator);
  if (isLongPaste(typed)) return { typed: "", pasted: [typed, ...texts].map(pastedText) };
  return { typed, pasted: texts.map(pastedText) };
}

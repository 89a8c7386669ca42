/** Parts the pieces of a stored draft: the typed words, then each pasted text. No keyboard writes it. */
export const draftSeparator = "\u001e";

/** Several drafts as one: the typed words as paragraphs, then everything that was pasted. */
export function joinDrafts(drafts: readonly string[]): string {
  const split = drafts.map((draft) => draft.split(draftSeparator));
  const typed = split.map(([first = ""]) => first).filter((text) => text.trim() !== "");
  return [typed.join("\n\n"), ...split.flatMap(([, ...pasted]) => pasted)].join(draftSeparator);
}

import type { Translate } from "#lib/client/i18n/translate.ts";
import type { FormField } from "./object-form.ts";

/** Keys that the page has words for: those of the agents that are shipped. */
const wordedKeys = [
  ...(["name", "title", "email", "location", "experience", "education", "skills", "languages"] as const),
  ...(["company", "role", "from", "to", "school", "degree", "year", "language", "level"] as const),
  ...(["recipe", "resume", "ingredients", "steps"] as const),
];

/** What a field is called: by its schema, else by its key. */
export const fieldLabel = (t: Translate, { key, label }: Pick<FormField, "key" | "label">): string =>
  label ?? labelOfKey(t, key);

/** A key or a name in words: `prepTime` and `prep_time` are "Prep time". */
export function labelOfKey(t: Translate, key: string): string {
  const own = wordedKeys.find((each) => each === key);
  if (own) return t(`label.${own}`);
  const spaced = key
    .replaceAll(/[_-]+/g, " ")
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
    .trim();
  return spaced === "" ? key : spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

import { type Language, languages } from "./messages.ts";

/** The language of a page: the one that was chosen, else the browser's first that we speak, else English. */
export function pickLanguage(chosen: string | undefined, acceptLanguage: string | null): Language {
  const isOurs = (tag: string): tag is Language => languages.some((language) => language === tag);
  if (chosen !== undefined && isOurs(chosen)) return chosen;
  const accepted = (acceptLanguage ?? "")
    .split(",")
    .map((entry) => {
      const [tag = "", quality = "1"] = entry.trim().split(/\s*;\s*q=/);
      return { tag: tag.toLowerCase().split("-")[0] ?? "", quality: Number(quality) || 0 };
    })
    .sort((one, other) => other.quality - one.quality);
  return accepted.map(({ tag }) => tag).find(isOurs) ?? "en";
}

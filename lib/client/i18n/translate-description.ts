import type { Language } from "./messages.ts";

/** Those of the agents that are shipped, by what they say in English. */
const zhDescriptions: Readonly<Record<string, string | undefined>> = {
  "Writes a recipe as a card.": "把菜谱写成一张卡片。",
  "Reads a pasted résumé into fields.": "读取粘贴的简历，填成一张卡片。",
  "Fills in a form of your own: begin with a JSON Schema, or with a line for each field.":
    "按你给的格式填写：开头写 JSON Schema，或每个字段写一行。",
};

/** What an agent says of itself, in the language of the page; an operator's own stays as it is. */
export const translateDescription = (language: Language, description: string): string =>
  (language === "zh" ? zhDescriptions[description] : undefined) ?? description;

import type { Language } from "./messages.ts";

/** Those of the agents and workflows that are shipped, by what they say in English. */
const zhDescriptions: Readonly<Record<string, string | undefined>> = {
  "Writes a recipe as a card.": "把菜谱写成一张卡片。",
  "Reads a pasted résumé into fields.": "读取粘贴的简历，填成一张卡片。",
  "Fills in a form of your own: begin with a JSON Schema, or with a line for each field.":
    "按你给的格式填写：开头写 JSON Schema，或每个字段写一行。",
  "Solves a task step by step by writing code, which runs in a sandbox and calls the tools.":
    "一步一步写代码解决任务；代码在沙盒里运行，可以调用工具。",
  "Summarises a long document that you paste: its parts side by side, then the whole.":
    "概括你粘贴的长文档：各部分同时概括，再合成一份。",
  "Writes a text by your brief, judges and revises it, and asks for your word.":
    "按你的要求写一篇文字，评判并修改，最后由你定夺。",
};

/** What an agent says of itself, in the language of the page; an operator's own stays as it is. */
export const translateDescription = (language: Language, description: string): string =>
  (language === "zh" ? zhDescriptions[description] : undefined) ?? description;

import type { Language } from "./messages.ts";

const en = {
  made: "Earlier messages summarised",
  what: "From the next question on, these notes stand for the first {n} messages in what the model is sent. The messages themselves stay as they are, above.",
  cost: "The notes took {in} tokens in, {out} out: they are part of this answer's.",
  outside: "Some of it was made of texts that others wrote; the model is told so.",
} as const;

export type SummaryKey = keyof typeof en;
type SummaryWords = Readonly<Record<SummaryKey, string>>;

const zh: SummaryWords = {
  made: "较早的消息已作摘要",
  what: "从下一个问题起，发给模型的内容中，前 {n} 条消息由这份摘要代替。上面的原消息保持不变。",
  cost: "摘要用了 {in} 个输入词元、{out} 个输出词元，已计入本次回答。",
  outside: "其中部分内容来自他人写的文字，模型已知晓。",
};

/** The words about summaries in each language. They are loaded with the first of them. */
export const summaryRowWords: Readonly<Record<Language, SummaryWords>> = { en, zh };

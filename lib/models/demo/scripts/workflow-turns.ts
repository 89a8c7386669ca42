import type { DemoScript } from "../demo-script.ts";

const partHead = /^Part (\d+) of \d+:\s+/;
const summariesHead = /^Summaries of (\d+) parts:\s+/;
const briefHead = /^The brief:\s+/;

/**
 * What the agents of the listed workflows are asked: the demo has read it, and says what it can say of it
 * without understanding a word.
 */
export const workflowTurns: DemoScript = {
  matches: ({ question, form }) =>
    form === undefined && [partHead, summariesHead, briefHead].some((head) => head.test(question)),
  reply: ({ question, language }) => ({
    text: replyTo(question, language === "zh" ? zh : en),
    tokensPerSecond: 60,
  }),
};

const en = {
  parts: (count: string) => `The document has ${count} parts.`,
  draft: "This draft is the demo model’s: it keeps the brief, and adds nothing.",
  revised: (notes: string) => `Revised by the notes: ${notes}`,
};

const zh: typeof en = {
  parts: (count) => `这份文档有 ${count} 个部分。`,
  draft: "这份草稿出自演示模型：它照着要求写，没有添加任何内容。",
  revised: (notes) => `已按意见修改：${notes}`,
};

function replyTo(question: string, words: typeof en): string {
  const summaries = summariesHead.exec(question);
  if (summaries?.[1] !== undefined)
    return `${words.parts(summaries[1])}\n\n${question.slice(summaries[0].length).trim()}`;
  const part = partHead.exec(question);
  if (part) return firstSentence(question.slice(part[0].length));
  const [brief = "", notes] = question.replace(briefHead, "").split(/\s+(?:The draft:[\s\S]*?)?Notes:\s+/);
  const draft = `**${firstSentence(brief)}**\n\n${words.draft}`;
  return notes === undefined ? draft : `${draft}\n\n${words.revised(firstSentence(notes))}`;
}

/** About as much as a person would read of it. */
function firstSentence(text: string): string {
  const [first = ""] = text.trim().split(/(?<=[.!?])\s|(?<=[。！？])|\n/);
  const characters = Array.from(first);
  return characters.length <= 160 ? first : `${characters.slice(0, 160).join("")}…`;
}

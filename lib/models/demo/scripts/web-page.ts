import { isRecord } from "../../../protocol/is-record.ts";
import { tryParseJson } from "../../try-parse-json.ts";
import type { DemoLanguage, DemoReply, DemoScript, DemoTurn } from "../demo-script.ts";

/**
 * Reads a page that the question names, or searches, with the tools that it is offered: what they give, or
 * say that they could not, is real, and all that the answer has.
 */
export const webPage: DemoScript = {
  matches: (turn) => wantedCall(turn) !== undefined,
  reply(turn) {
    const { language, results } = turn;
    const result = results.at(-1);
    if (result === undefined) return { text: words[language].before, ...callOf(turn) };
    return { text: answerOf(result, language) };
  },
};

type DemoCall = NonNullable<DemoReply["call"]>;

const callOf = (turn: DemoTurn): Pick<DemoReply, "call"> => {
  const call = wantedCall(turn);
  return call ? { call } : {};
};

function wantedCall({ question, tools }: DemoTurn): DemoCall | undefined {
  const url = /https?:\/\/[^\s<>"'）】」。，；]+/.exec(question)?.[0].replace(/[.,;:!?)]+$/, "");
  if (url !== undefined && tools.includes("read_page")) return { name: "read_page", input: { url } };
  if (!tools.includes("search_web") || !asksToSearch.test(question)) return undefined;
  return { name: "search_web", input: { query: question.slice(0, 400), limit: 3 } };
}

const asksToSearch = /\b(search|look (it )?up)\b.*\b(web|internet|online)\b|(网上|网络|联网|上网).*[搜查找]/i;

function answerOf(result: string, language: DemoLanguage): string {
  const { read, nothing, failed } = words[language];
  const marked = /^<written-by-others [^>]*>\n([\s\S]*)\n<\/written-by-others [^>]*>$/.exec(result)?.[1];
  const given = tryParseJson(marked ?? result);
  if (!isRecord(given)) return `${failed}\n\n> ${plainLine(marked ?? result)}`;
  const pages = (Array.isArray(given["results"]) ? given["results"] : [given]).filter(isRecord);
  const quotes = pages.flatMap((page) => quoteOf(page));
  return quotes.length === 0 ? nothing : [read, ...quotes].join("\n\n");
}

/** The beginning of a page, and the number under which it is cited. */
function quoteOf({ source, title, text, excerpt }: Readonly<Record<string, unknown>>): string[] {
  const written = text ?? excerpt;
  const quote = typeof written === "string" ? plainLine(written) : "";
  if (typeof source !== "number" || quote === "") return [];
  return [
    `${typeof title === "string" ? `**${plainLine(title)}** [${source}]\n\n` : ""}> ${quote} [${source}]`,
  ];
}

const maxQuote = 280;

/** Words of others in one line that no Markdown changes. */
function plainLine(text: string): string {
  const line = text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[#*_`<>[\]|\\~]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > maxQuote ? `${line.slice(0, maxQuote).toWellFormed()}…` : line;
}

const words: Readonly<Record<DemoLanguage, Record<"before" | "read" | "nothing" | "failed", string>>> = {
  en: {
    before: "I call the tool for it.",
    read: "There is no AI behind me that could judge it, but the tool and the page are real. It begins so:",
    nothing: "The tool has found nothing that could be read out.",
    failed: "Nothing was read, and I make nothing up in its place. The tool says:",
  },
  zh: {
    before: "我为此调用工具。",
    read: "我背后没有人工智能，不能作判断，但工具和网页都是真的。它的开头是：",
    nothing: "工具没有找到可以读出来的内容。",
    failed: "什么也没有读到，我也不会编造。工具的说法是：",
  },
};

import type { Readability as ArticleReader } from "@mozilla/readability";
import { answerJobs } from "../workers/answer-jobs.ts";
import { decodePage, type PageTextFacts } from "./decode-page.ts";
import { elementText } from "./element-text.ts";
import { isHidden } from "./is-hidden.ts";
import { type PageText, plainPageText } from "./page-text.ts";
import { stripMarkup } from "./strip-markup.ts";

/** A page that is to be read, as it came: to find out how it is written takes time, too. */
export interface HtmlJob extends Omit<PageTextFacts, "isMarkup"> {
  bytes: Uint8Array;
  url: string;
  /**
   * `stripped`: it took too long, or too much memory, to take the document apart, and only its tags are left
   * out.
   */
  as: "document" | "stripped" | "text";
}

/** Below it, what was taken for the article of a page may be no more than one box of it. */
const minArticle = 200;

answerJobs(async ({ bytes, url, as, ...facts }: HtmlJob): Promise<PageText> => {
  const html = decodePage(bytes, { ...facts, isMarkup: as !== "text" });
  if (as === "text") return { text: plainPageText(html) };
  if (as === "document") {
    const read = await readArticle(html, url);
    if (read) return read;
  }
  const { text, ...found } = stripMarkup(html);
  return { ...found, text: plainPageText(text) };
});

/** Undefined: it could not be taken apart. */
async function readArticle(html: string, url: string): Promise<PageText | undefined> {
  try {
    // Here, since they take longer to load than a document takes to be read without its tags.
    const [{ parseHTML }, { Readability }] = await Promise.all([
      import("linkedom"),
      import("@mozilla/readability"),
    ]);
    const { document } = parseHTML(asDocument(html));
    sortIntoHeadAndBody(document);
    leaveOutHidden(document);
    // Before the article is taken out of it.
    const whole = document.body ? plainPageText(elementText(document.body, url)) : "";
    const language = document.documentElement?.getAttribute("lang") ?? "";
    const title = document.querySelector("title")?.textContent ?? "";
    const article = tryReadability(document, Readability);
    const text = article ? plainPageText(elementText(article.content, url)) : "";
    const isArticle = text.length >= minArticle || text.length * 2 > whole.length;
    return {
      text: isArticle ? text : whole,
      ...givenFields({
        title: article?.title || title,
        byline: article?.byline,
        siteName: article?.siteName,
        published: article?.publishedTime,
        language,
      }),
    };
  } catch {
    return undefined;
  }
}

/** The parser takes the first element for the document. */
const asDocument = (html: string): string =>
  /<html[\s>]/i.test(html) ? html : `<!doctype html><html>${html}</html>`;

/** Both may be left out of a document, and the parser does not put them in. */
function sortIntoHeadAndBody(document: Document): void {
  const root = document.documentElement;
  const head = root.querySelector("head") ?? document.createElement("head");
  const body = root.querySelector("body") ?? document.createElement("body");
  for (const child of [...root.childNodes])
    if (child !== head && child !== body)
      (headNames.has(child.nodeName.toLowerCase()) ? head : body).appendChild(child);
  root.insertBefore(head, root.firstChild);
  root.appendChild(body);
}

const headNames: ReadonlySet<string> = new Set(["title", "meta", "link", "base", "style", "script"]);

/** First of all: an article that is found has lost the styles that hide parts of it. */
function leaveOutHidden(document: Document): void {
  for (const element of document.querySelectorAll("[style], [hidden], [class], [popover], [aria-hidden]"))
    if (!wholes.has(element.localName) && isHidden(element)) element.remove();
}

/** A page may be hidden until its script has run. */
const wholes: ReadonlySet<string> = new Set(["html", "body"]);

function tryReadability(document: Document, Reader: typeof ArticleReader) {
  try {
    const article = new Reader<Element>(document, { serializer: (node) => node as Element }).parse();
    const content = article?.content;
    return content ? { ...article, content } : undefined;
  } catch {
    // One that nests deeper than its stack.
    return undefined;
  }
}

const maxFieldLength = 300;

/** What the page says of itself, where it does. */
function givenFields(fields: Readonly<Record<string, string | null | undefined>>): Omit<PageText, "text"> {
  const given = Object.entries(fields).map(
    ([name, value]) => [name, plainPageText(value ?? "").replace(/\s+/g, " ")] as const,
  );
  return Object.fromEntries(
    given.filter(([, value]) => value !== "").map(([name, value]) => [name, value.slice(0, maxFieldLength)]),
  );
}

import type { JobResult, JobWorkers } from "../workers/create-job-workers.ts";
import type { FetchedPage, FetchPage } from "./fetch-page.ts";
import type { HtmlJob } from "./html-worker.ts";
import { PageError } from "./page-error.ts";
import type { PageText } from "./page-text.ts";

/** What stands on a page. */
export interface WebPage extends PageText {
  /** Where it lay at last. */
  url: string;
  /** It is longer than what is fetched: its end was not read. */
  isCut: boolean;
}

/** Documents of others are taken apart in threads of their own, with a limit on their time and memory. */
export interface PageWorkers {
  html: Pick<JobWorkers<HtmlJob, PageText>, "run">;
  pdf: Pick<JobWorkers<Uint8Array, PageText>, "run">;
}

export type ReadWebPage = (address: string, signal: AbortSignal) => Promise<WebPage>;

/** Rejects with `PageError`, or with the signal's reason once that has aborted. */
export function createWebPageReader(fetchPage: FetchPage, workers: PageWorkers): ReadWebPage {
  async function textOf(page: FetchedPage, signal: AbortSignal): Promise<PageText> {
    switch (pageKind(page)) {
      case "pdf":
        return readPdf(page, signal);
      case "html":
        return readHtml(page, signal);
      case "text":
        return textOfResult(await workers.html.run(jobOf(page, "text"), signal), "the page", signal);
      case "other":
        throw new PageError(`${page.url.host} sent a file that is no text`);
    }
  }

  async function readPdf({ url, bytes, isCut }: FetchedPage, signal: AbortSignal): Promise<PageText> {
    if (isCut) throw new PageError(`the PDF at ${url.host} is larger than what is read, 2 MB`);
    return textOfResult(await workers.pdf.run(bytes, signal), "the PDF", signal);
  }

  async function readHtml(page: FetchedPage, signal: AbortSignal): Promise<PageText> {
    const result = await workers.html.run(jobOf(page, "document"), signal);
    if (result.type !== "time" && result.type !== "memory") return textOfResult(result, "the page", signal);
    // One that is too much to be taken apart is still read without its tags.
    return textOfResult(await workers.html.run(jobOf(page, "stripped"), signal), "the page", signal);
  }

  return async (address, signal) => {
    const page = await fetchPage(address, signal);
    const read = await textOf(page, signal);
    return { ...read, url: page.url.href, isCut: page.isCut };
  };
}

const jobOf = ({ bytes, isCut, charset, url }: FetchedPage, as: HtmlJob["as"]): HtmlJob => ({
  ...{ bytes, isCut, url: url.href, as },
  ...(charset !== undefined && { charset }),
});

/** By its type, or where its server says none or the vaguest, by how it begins. */
function pageKind({ contentType, bytes }: FetchedPage): "html" | "pdf" | "text" | "other" {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  if (contentType === "application/pdf" || start.startsWith("%PDF-")) return "pdf";
  if (contentType === "text/html" || contentType === "application/xhtml+xml") return "html";
  if (contentType !== "" && contentType !== "text/plain") return "text";
  if (/^\s*(<!doctype html|<html[\s>])/i.test(start.replace(/^\u00ef\u00bb\u00bf/, ""))) return "html";
  const isUtf16 = /^(\u00ff\u00fe|\u00fe\u00ff)/.test(start);
  return start.includes("\0") && !isUtf16 ? "other" : "text";
}

function textOfResult(result: JobResult<PageText>, what: string, signal: AbortSignal): PageText {
  signal.throwIfAborted();
  switch (result.type) {
    case "done":
      return result.value;
    case "time":
      throw new PageError(`${what} takes too long to be read`);
    case "memory":
      throw new PageError(`${what} takes too much memory to be read`);
    case "failed":
      throw new PageError(`${what} could not be read: ${result.message.slice(0, 200)}`);
    case "stopped":
      throw new PageError("nobody waits for the page any more");
    default:
      return result satisfies never;
  }
}

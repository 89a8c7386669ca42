import { getDocumentProxy } from "unpdf";
import { answerJobs } from "../workers/answer-jobs.ts";
import { type PageText, plainPageText } from "./page-text.ts";

const maxPages = 200;
const maxPdfText = 400_000;

answerJobs(async (bytes: Uint8Array): Promise<PageText> => {
  const pdf = await getDocumentProxy(bytes);
  const texts: string[] = [];
  let length = 0;
  let read = 0;
  while (read < Math.min(pdf.numPages, maxPages) && length < maxPdfText) {
    read += 1;
    const page = await pdf.getPage(read);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    page.cleanup();
    texts.push(text);
    length += text.length;
  }
  const title = plainPageText(await pdfTitle(pdf)).slice(0, 300);
  return {
    text: plainPageText(texts.join("\n\n")),
    ...(title !== "" && { title }),
    ...{ pages: pdf.numPages, readPages: read },
  };
});

async function pdfTitle(pdf: Awaited<ReturnType<typeof getDocumentProxy>>): Promise<string> {
  try {
    const { info: about } = await pdf.getMetadata();
    return "Title" in about && typeof about.Title === "string" ? about.Title : "";
  } catch {
    return "";
  }
}

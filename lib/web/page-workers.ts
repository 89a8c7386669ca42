import { createJobWorkers, type JobLimits, type JobWorkers } from "../workers/create-job-workers.ts";
import type { HtmlJob } from "./html-worker.ts";
import type { PageText } from "./page-text.ts";
import type { PageWorkers } from "./read-web-page.ts";

/** What taking a document apart may cost: one of 2 MB takes a few seconds and some 200 MB. */
const htmlLimits = { cpuMs: 5000, wallMs: 30_000, outsideMb: 200, atOnce: 2 };
const pdfLimits = { cpuMs: 6000, wallMs: 30_000, outsideMb: 200, atOnce: 2 };

export interface ClosablePageWorkers extends PageWorkers {
  /** Ends those that are kept ready. */
  close(): Promise<void>;
}

/** For tests: less than what they may cost else. */
export interface PageWorkerLimits {
  html?: Partial<JobLimits>;
  pdf?: Partial<JobLimits>;
}

/** The threads that take documents of others apart; none is started before there is one to read. */
export function createPageWorkers(less: PageWorkerLimits = {}): ClosablePageWorkers {
  const html: JobWorkers<HtmlJob, PageText> = createJobWorkers(
    { file: "lib/web/html-worker.ts", heapMb: 320 },
    { ...htmlLimits, ...less.html },
  );
  const pdf: JobWorkers<Uint8Array, PageText> = createJobWorkers(
    { file: "lib/web/pdf-worker.ts", heapMb: 256 },
    { ...pdfLimits, ...less.pdf },
  );
  return {
    ...{ html, pdf },
    async close() {
      await Promise.all([html.close(), pdf.close()]);
    },
  };
}

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createPageFetch } from "#lib/web/fetch-page.ts";
import { type ClosablePageWorkers, createPageWorkers } from "#lib/web/page-workers.ts";
import { createWebPageReader, type ReadWebPage } from "#lib/web/read-web-page.ts";
import { median } from "../part.ts";
import { residentKb } from "../process-cost.ts";
import { startChild } from "../start-child.ts";

interface BadPage {
  name: string;
  path: string;
  /** It takes whole seconds: it is read once. */
  isSlow?: boolean;
}

const badPages: readonly BadPage[] = [
  { name: "an article of 2 MB", path: "/article" },
  { name: "elements that nest without end, 2 MB", path: "/nested", isSlow: true },
  { name: "a page that never ends", path: "/endless" },
  { name: "a page that drips", path: "/drips", isSlow: true },
  { name: "a redirect to 169.254.169.254", path: "/metadata" },
  { name: "a redirect to itself", path: "/itself" },
  { name: "256 MB of zeros, as gzip", path: "/zeros" },
  { name: "the same, packed twice", path: "/zeros-in-zeros" },
  { name: "a PDF of 200 kB that unpacks to 100 MB", path: "/bomb.pdf", isSlow: true },
  { name: "a page in Chinese", path: "/chinese" },
  { name: "one in GB18030 whose server says Latin-1", path: "/wrong-charset" },
  { name: "a picture", path: "/picture" },
];

interface ReadPage {
  name: string;
  end: string;
  tookMs: readonly number[];
  beforeMb: number;
  peakMb: number;
  afterMb: number;
  /** How long this process could do nothing else at once, at most. */
  heldMs: number;
}

/** How long its end is waited for before memory is measured again, ms. */
const settleMs = 500;
/** Times that a page is read which does not take seconds. */
const reads = 5;

/** What reading bad pages comes to in a process that does nothing else, as Markdown. */
export async function benchWeb(quick: boolean, log: (line: string) => void): Promise<string> {
  const site = await startChild([join(import.meta.dirname, "page-server.ts")], {}, /ready \d+/);
  const host = `127.0.0.1:${/ready (\d+)/.exec(site.output())?.[1]}`;
  const workers = createPageWorkers();
  const read = createWebPageReader(createPageFetch({ ownHosts: [host] }), workers);
  try {
    await read(`http://${host}/chinese`, new AbortController().signal);
    await workers.close();
    const threadsBefore = threadCount();
    const rows: ReadPage[] = [];
    for (const page of badPages.filter(({ isSlow }) => !quick || !isSlow)) {
      rows.push(await readPage(page, { read, host, times: page.isSlow || quick ? 1 : reads }));
      log(`${page.name}: ${JSON.stringify(rows.at(-1))}`);
    }
    return [...readTable(rows), "", await leftBehind(workers, threadsBefore)].join("\n");
  } finally {
    await workers.close();
    await site.stop();
  }
}

interface ReadTask {
  read: ReadWebPage;
  host: string;
  times: number;
}

async function readPage({ name, path }: BadPage, { read, host, times }: ReadTask): Promise<ReadPage> {
  await fetch(`http://${host}${path}`, { method: "HEAD", redirect: "manual" });
  globalThis.gc?.();
  const beforeMb = residentMb();
  let peakMb = beforeMb;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, residentMb())), 10);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const tookMs: number[] = [];
  let end = "";
  for (let at = 0; at < times; at += 1) {
    const begin = performance.now();
    end = await endOfReading(read(`http://${host}${path}`, new AbortController().signal));
    tookMs.push(performance.now() - begin);
  }
  delay.disable();
  await sleep(settleMs);
  clearInterval(watch);
  globalThis.gc?.();
  return {
    ...{ name, end: end.replaceAll(host, "the host"), tookMs, beforeMb, peakMb },
    ...{ afterMb: residentMb(), heldMs: delay.max / 1e6 },
  };
}

async function endOfReading(reading: ReturnType<ReadWebPage>): Promise<string> {
  try {
    const { text, isCut } = await reading;
    return `read: ${text.length.toLocaleString("en")} characters${isCut ? ", its end is missing" : ""}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const residentMb = (): number => residentKb(process.pid) / 1024;

function readTable(rows: readonly ReadPage[]): string[] {
  const cells = rows.map(({ name, end, tookMs, beforeMb, peakMb, afterMb, heldMs }) =>
    [
      ...[name, end.replaceAll("|", "\\|"), `${Math.round(median(tookMs)).toLocaleString("en")} ms`],
      ...[beforeMb, peakMb, afterMb].map((mb) => `${Math.round(mb)} MB`),
      `${Math.round(heldMs)} ms`,
    ].join(" | "),
  );
  return [
    "| page | its end | after | memory before | at most | afterwards | held up at most |",
    "|---|---|---|---|---|---|---|",
    ...cells.map((row) => `| ${row} |`),
  ];
}

/** What is kept once the threads are ended that are kept ready for the next page. */
async function leftBehind(workers: ClosablePageWorkers, threadsBefore: number): Promise<string> {
  await workers.close();
  await sleep(settleMs);
  globalThis.gc?.();
  const threads = threadCount() - threadsBefore;
  return `Without the threads that are kept ready for the next page: ${Math.round(residentMb())} MB, ${threads} threads more than at the start.`;
}

const threadCount = (): number => readdirSync("/proc/self/task").length;

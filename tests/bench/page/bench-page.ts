import { loadavg } from "node:os";
import type { Browser } from "@playwright/test";
import { installPeers } from "../install-peers.ts";
import { median, percentile } from "../part.ts";
import { openBrowser } from "./open-browser.ts";
import {
  measureAnswer,
  measureSwitching,
  measureTyping,
  type OwnServer,
  pieceEveryMs,
  seedConversation,
  startOwnServer,
} from "./own-page.ts";
import type { PageCost } from "./page-cost.ts";
import { measurePeer, startPeerServer } from "./peer-page.ts";
import { inPieces, streamedText } from "./streamed-text.ts";

interface PageDepth {
  runs: number;
  quick: boolean;
  /** A built checkout to measure beside this one. */
  beforeDir?: string;
}

type Log = (line: string) => void;

/** Of the page, by the name of what it is. */
type Figures = Map<string, number[]>;

/** Of our page, and of an older build of it. */
const goals: readonly (readonly [name: string, goal: number | undefined])[] = [
  ["key to paint while 167 pieces a second come, 4 times slower, p50, ms", 50],
  ["the same, p98, ms", 50],
  ["switching to a conversation of 200 kB, opened before, ms", 100],
  ["the same, 4 times slower, ms", undefined],
  ["a table of 2,000 rows over one of 200, processor time of the page, x", 12],
  ["a list of 2,000 items over one of 200, x", 12],
];

/**
 * What the page costs whoever reads and writes in it, and what drawing one answer costs beside the libraries
 * that one would take for that, as Markdown. `quick`: only that it works.
 */
export async function benchPage(depth: PageDepth, log: Log): Promise<string> {
  await installPeers();
  const browser = await openBrowser();
  const roots = [
    ["this build", undefined],
    ...(depth.beforeDir === undefined ? [] : [["before", depth.beforeDir]]),
  ];
  const servers: [string, OwnServer][] = [];
  try {
    for (const [name = "", root] of roots) servers.push([name, await startOwnServer(root)]);
    const figures = new Map(servers.map(([name]) => [name, new Map<string, number[]>()]));
    for (const [name, server] of servers)
      await measureOwn(browser, server, depth, figures.get(name) ?? new Map(), (line) =>
        log(`${name}: ${line}`),
      );
    const drawn = await measureDrawing(browser, servers[0]?.[1], depth, log);
    return [...goalTable(figures), "", ...drawnTable(drawn), "", machineLoad()].join("\n");
  } finally {
    await browser.close();
    for (const [, server] of servers) await server.close();
  }
}

async function measureOwn(
  browser: Browser,
  server: OwnServer,
  { runs, quick }: PageDepth,
  figures: Figures,
  log: Log,
): Promise<void> {
  const note = (at: number, value: number) => {
    const [name = ""] = goals[at] ?? [];
    figures.set(name, [...(figures.get(name) ?? []), value]);
    log(`${name}: ${value.toFixed(1)}`);
  };
  // 500 messages of 200 kB.
  const turns = quick ? 20 : 250;
  const long = await seedConversation(server, turns, 800);
  const short = await seedConversation(server, 2, 400);
  for (let run = 0; run < runs; run += 1) {
    for (const slower of [1, 4]) {
      const { again } = await measureSwitching(browser, server, {
        long,
        short,
        turns,
        slower,
        times: quick ? 1 : 5,
      });
      note(slower === 1 ? 2 : 3, median(again));
    }
    for (const [at, kind] of (["table", "list"] as const).entries()) {
      const [few, many] = [quick ? 20 : 200, quick ? 200 : 2000];
      const small = await measureAnswer(browser, server, { ...linesOf(kind, few), slower: 1 });
      const large = await measureAnswer(browser, server, { ...linesOf(kind, many), slower: 1 });
      note(4 + at, large.threadMs / small.threadMs);
    }
    // Each time in a conversation of its own: what was asked last has made it longer.
    const id = await seedConversation(server, turns, 800);
    const took = await measureTyping(browser, server, { id, turns, keys: quick ? 10 : 60 });
    note(0, median(took));
    note(1, percentile(took, 0.98));
  }
}

/** A table or a list in pieces of a line and a half, 100 a second. */
function linesOf(kind: "table" | "list", count: number) {
  const line = (at: number) =>
    kind === "table" ? `| ${at} | **row** ${at} | of a table |\n` : `- item ${at} of a list, with *words*\n`;
  const text = Array.from({ length: count }, (_, at) => line(at)).join("");
  const before =
    kind === "table" ? "| n | name | of |\n|--:|---|---|\n| 0 | first | row |\n" : "- the first\n";
  return { before, pieces: text.match(/[^]{1,40}/g) ?? [], everyMs: 10 };
}

const renderers = {
  own: "Rivulet, the whole page with its stream",
  streamdown: "streamdown 2.7.1",
  markstream: "markstream-react 2.0.13",
  "react-markdown": "react-markdown 10.1.0, remark-gfm",
};

type Drawn = Record<string, PageCost[]>;

/** Ten seconds of an answer that is 30 kB long by then, on a page that is four times slower. */
async function measureDrawing(
  browser: Browser,
  own: OwnServer | undefined,
  { runs, quick }: PageDepth,
  log: Log,
): Promise<Drawn> {
  const drawn: Drawn = {};
  if (!own) return drawn;
  const server = await startPeerServer(own.model);
  const seconds = quick ? 2 : 10;
  const pieces = inPieces(streamedText(40_000)).slice(0, (seconds * 1000) / pieceEveryMs);
  const text = {
    before: `${streamedText(quick ? 3000 : 30_000)}\n\n`,
    pieces,
    everyMs: pieceEveryMs,
    slower: 4,
  };
  try {
    for (let run = 0; run < runs; run += 1)
      for (const name of Object.keys(renderers)) {
        const cost =
          name === "own"
            ? await measureAnswer(browser, own, text)
            : await measurePeer(browser, server, own.model, name, text);
        (drawn[name] ??= []).push({ ...cost, threadMs: cost.threadMs / seconds });
        log(`${name}: ${JSON.stringify(cost)}`);
      }
    return drawn;
  } finally {
    await server.stop();
  }
}

function goalTable(figures: ReadonlyMap<string, Figures>): string[] {
  const names = [...figures.keys()];
  const cell = (name: string, figure: string) => {
    const value = median(figures.get(name)?.get(figure) ?? []);
    return Number.isNaN(value) ? "" : value.toFixed(value < 100 ? 1 : 0);
  };
  return [
    `| the page | goal | ${names.join(" | ")} |`,
    `|---|---|${names.map(() => "---").join("|")}|`,
    ...goals.map(
      ([figure, goal]) =>
        `| ${figure} | ${goal === undefined ? "" : `at most ${goal}`} | ${names.map((name) => cell(name, figure)).join(" | ")} |`,
    ),
  ];
}

function drawnTable(drawn: Drawn): string[] {
  return [
    "| an answer of 30 kB that goes on, 4 times slower | main thread, ms a second | tasks over 50 ms | longest, ms | frames dropped |",
    "|---|---|---|---|---|",
    ...Object.entries(renderers).map(([name, title]) => {
      const of = (read: (cost: PageCost) => number) => median((drawn[name] ?? []).map(read)).toFixed(0);
      return `| ${title} | ${of(({ threadMs }) => threadMs)} | ${of(({ longTasks }) => longTasks)} | ${of(({ maxTaskMs }) => maxTaskMs)} | ${of(({ droppedFrames }) => droppedFrames)} |`;
    }),
  ];
}

/** In words, beside figures that it moves. */
const machineLoad = (): string =>
  `Load of the machine at the end (of its last 15 minutes): ${loadavg()[2]?.toFixed(1)}.`;

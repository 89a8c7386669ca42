import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { freePort } from "../../support/redis-server.ts";
import type { ScriptedModelServer } from "../../support/scripted-model-server.ts";
import { type Child, startChild } from "../start-child.ts";
import { pacedAnswer } from "./answer-script.ts";
import { openPage } from "./open-browser.ts";
import { costOfAnswer, type PageCost } from "./page-cost.ts";

const peers = join(import.meta.dirname, "../peers");

export interface PeerServer extends Child {
  url: string;
}

/** The pages of the peers, whose answers come from that model. */
export async function startPeerServer(model: ScriptedModelServer): Promise<PeerServer> {
  const port = await freePort();
  const child = await startChild(
    [join(peers, "node_modules/next/dist/bin/next"), "start", peers, "-H", "127.0.0.1", "-p", String(port)],
    { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "bench", OPENAI_MODEL: "bench" },
    /Ready in/,
  );
  return { ...child, url: `http://127.0.0.1:${port}` };
}

/** The same as `measureAnswer`, of a page with nothing else on it. */
export async function measurePeer(
  browser: Browser,
  { url }: PeerServer,
  model: ScriptedModelServer,
  renderer: string,
  text: { before: string; pieces: readonly string[]; everyMs: number; slower: number },
): Promise<PageCost> {
  const opened = await openPage(browser);
  await opened.throttle(text.slower);
  const answer = pacedAnswer(text.before, text.pieces, text.everyMs);
  model.next(answer.script);
  await opened.page.goto(`${url}/render/${renderer}`);
  await opened.page.locator("article h2").first().waitFor({ timeout: 120_000 });
  return costOfAnswer(opened, answer);
}

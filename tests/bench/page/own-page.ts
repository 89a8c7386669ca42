import { randomUUID } from "node:crypto";
import type { Browser } from "@playwright/test";
import { type ApiClient, apiClient, foldOf } from "../../support/api-client.ts";
import { type AppServer, startAppServer } from "../../support/app-server.ts";
import { end, word } from "../../support/chat-chunks.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../../support/scripted-model-server.ts";
import { type PacedAnswer, pacedAnswer } from "./answer-script.ts";
import { type BenchPage, openPage } from "./open-browser.ts";
import { costOfAnswer, type PageCost } from "./page-cost.ts";
import { inPieces, streamedText } from "./streamed-text.ts";
import { switchTo } from "./switching.ts";
import { typedKeys } from "./typed-keys.ts";

/** 167 pieces a second. */
export const pieceEveryMs = 6;

/** A built checkout of the product, with a model that says what it is told to, and its visitor. */
export interface OwnServer {
  app: AppServer;
  model: ScriptedModelServer;
  visitor: ApiClient;
  close(): Promise<void>;
}

export async function startOwnServer(root?: string): Promise<OwnServer> {
  const model = await startScriptedModelServer();
  const env = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
  const app = await startAppServer({ env, ...(root !== undefined && { root }) });
  return {
    app,
    model,
    visitor: await apiClient(app.url),
    async close() {
      await app.stop();
      await model.close();
    },
  };
}

/** A conversation of so many turns, each with an answer of so many characters. Returns its id. */
export async function seedConversation(
  { model, visitor }: OwnServer,
  turns: number,
  characters: number,
): Promise<string> {
  const conversationId = randomUUID();
  const answer = events(word(streamedText(characters)) + end);
  for (let at = 0; at < turns; at += 1) {
    model.next(answer);
    const { response } = await visitor.ask(questionAt(at), { conversationId });
    await foldOf(response);
  }
  return conversationId;
}

const questionAt = (at: number): string => `question ${at}`;

async function openOwnPage(browser: Browser, { app, visitor }: OwnServer, path: string): Promise<BenchPage> {
  const opened = await openPage(browser, { url: app.url, header: visitor.cookie });
  await opened.page.goto(app.url + path);
  return opened;
}

/** Asks, and waits until the answer's beginning is there. */
async function askOnPage({ page }: BenchPage, { model }: OwnServer, { script }: PacedAnswer): Promise<void> {
  model.next(script);
  const answers = page.locator("article.turn .prose");
  const before = await page.locator("article.turn").count();
  await page.getByRole("textbox", { name: "Write a message" }).fill("go on");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("article.turn").nth(before).locator(".prose").waitFor({ timeout: 120_000 });
  await answers.last().waitFor();
}

/** From a key to its paint, ms, while an answer streams into a conversation. */
export async function measureTyping(
  browser: Browser,
  server: OwnServer,
  { id, turns, keys }: { id: string; turns: number; keys: number },
): Promise<number[]> {
  const opened = await openOwnPage(browser, server, `/c/${id}`);
  await opened.page
    .locator("article.turn")
    .nth(turns - 1)
    .waitFor({ state: "attached", timeout: 120_000 });
  await opened.throttle(4);
  // Longer than the keys take.
  const characters = keys * 600 * (4 / pieceEveryMs);
  const answer = pacedAnswer(streamedText(1000), inPieces(streamedText(characters)), pieceEveryMs);
  await askOnPage(opened, server, answer);
  answer.begin();
  const took = await typedKeys(opened.page, keys);
  await opened.close();
  answer.finish();
  return took;
}

/** From a click to the paint of a conversation, ms: when it is opened first, and from then on. */
export async function measureSwitching(
  browser: Browser,
  server: OwnServer,
  {
    long,
    short,
    turns,
    times,
    slower,
  }: { long: string; short: string; turns: number; times: number; slower: number },
): Promise<{ first: number; again: number[] }> {
  const opened = await openOwnPage(browser, server, `/c/${short}`);
  const { page } = opened;
  await opened.throttle(slower);
  const go = () => switchTo(page, long, questionAt(turns - 1));
  const first = await go();
  const again: number[] = [];
  for (let time = 0; time < times; time += 1) {
    // All of it is there before it is left.
    await page
      .locator("article.turn")
      .nth(turns - 1)
      .waitFor({ state: "attached", timeout: 120_000 });
    await switchTo(page, short, questionAt(1));
    again.push(await go());
  }
  await opened.close();
  return { first, again };
}

/** What a page does while such a text comes in small pieces. */
export async function measureAnswer(
  browser: Browser,
  server: OwnServer,
  text: { before: string; pieces: readonly string[]; everyMs: number; slower: number },
): Promise<PageCost> {
  const opened = await openOwnPage(browser, server, "/");
  await opened.throttle(text.slower);
  const answer = pacedAnswer(text.before, text.pieces, text.everyMs);
  await askOnPage(opened, server, answer);
  return costOfAnswer(opened, answer);
}

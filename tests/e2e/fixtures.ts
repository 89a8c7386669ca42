import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { openStoreUnderTest, type StoreUnderTest } from "./store-under-test.ts";

interface Worker {
  /** Where the servers of this worker keep their conversations. */
  store: StoreUnderTest;
  /** The product with the scripted model behind it. */
  app: AppServer;
  model: ScriptedModelServer;
  /** The product as it is without any setting: the demo model answers. */
  demo: AppServer;
}

interface Each {
  /**
   * The page of a visitor of this test, at the app. It fails the test if the page breaks its own content
   * policy or throws.
   */
  chat: Chat;
}

export const test = base.extend<Each, Worker>({
  store: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern.
    async ({}, use) => {
      const store = await openStoreUnderTest();
      await use(store);
      await store.close();
    },
    { scope: "worker" },
  ],
  model: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const model = await startScriptedModelServer();
      await use(model);
      await model.close();
    },
    { scope: "worker" },
  ],
  app: [
    async ({ model, store }, use) => {
      const env = { ...store.newStore(), OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
      const app = await startAppServer({ env });
      await use(app);
      await app.stop();
    },
    { scope: "worker" },
  ],
  demo: [
    async ({ store }, use) => {
      const demo = await startAppServer({ env: store.newStore() });
      await use(demo);
      await demo.stop();
    },
    { scope: "worker" },
  ],
  chat: async ({ page, app }, use) => {
    const faults = watchFaults(page);
    const chat = chatOf(page, app.url);
    await page.goto(app.url);
    await use(chat);
    expect(faults).toEqual([]);
  },
});

export { expect };

/** What a person does with the page, in the words that the page shows. */
export interface Chat {
  page: Page;
  composer: Locator;
  send: Locator;
  stop: Locator;
  /** The newest turn. */
  turn: Locator;
  /** The text of the newest answer. */
  answer: Locator;
  ask(text: string): Promise<void>;
  /** Waits until the newest answer is over. */
  finished(): Promise<void>;
}

export function chatOf(page: Page, url: string): Chat {
  const composer = page.getByRole("textbox", { name: "Write a message" });
  const send = page.getByRole("button", { name: "Send" });
  const turn = page.locator("article.turn").last();
  return {
    page,
    composer,
    send,
    stop: page.getByRole("button", { name: "Stop", exact: true }),
    turn,
    answer: turn.locator(".prose"),
    async ask(text) {
      if (!page.url().startsWith(url)) await page.goto(url);
      await composer.fill(text);
      await send.click();
    },
    async finished() {
      await expect(send).toBeVisible({ timeout: 25_000 });
      await expect(page.locator("article.turn [aria-busy=true]")).toHaveCount(0);
    },
  };
}

/** Begins a conversation and waits for its answer. */
export async function begin(chat: Chat, model: ScriptedModelServer, question: string): Promise<void> {
  model.next(events(answer(`about ${question}`)));
  await chat.page.goto(new URL("/", chat.page.url()).href);
  await chat.ask(question);
  await expect(chat.answer).toHaveText(`about ${question}`);
  await chat.finished();
}

/** An answer that has begun, and goes on when the result is called. */
export async function beginAnswer(chat: Chat, model: ScriptedModelServer): Promise<() => void> {
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  await chat.ask("q");
  await expect(chat.answer).toHaveText("one");
  return hold.open;
}

/** Script errors and breaches of the content policy, as they happen. */
export function watchFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/content security policy|hydrat/i.test(message.text())) faults.push(message.text());
  });
  return faults;
}

/** A piece of text as the provider sends it, and the end of an answer. */
export const word = (text: string): string => sse(textChunks(text));
export const end = sse(finish()) + done;

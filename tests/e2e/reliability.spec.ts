import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, sse, textChunks } from "../support/chat-chunks.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { sentAnswer } from "../support/going-on.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { chatOf, end, expect, test, watchFaults, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "lines and processes know no screen");

test("the server is told to end in mid-answer: the open page needs no reload and shows the text once", async ({
  page,
  model,
  store,
}) => {
  test.setTimeout(60_000);
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-e2e-"));
  const endpoint = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
  const env = { ...store.newStore(), ...endpoint, SHUTDOWN_SECONDS: "1" };
  const servers: AppServer[] = [];
  const start = async (port?: number) => {
    const server = await startAppServer({ env, dataDir, ...(port !== undefined && { port }) });
    servers.push(server);
    return server;
  };
  try {
    const first = await start();
    const faults = watchFaults(page);
    const chat = chatOf(page, first.url);
    let loads = 0;
    page.on("load", () => (loads += 1));
    model.next({ steps: [{ write: word("one ") }, { write: word("two ") }, { hang: true }] });
    model.next({ steps: [{ wait: 300 }, { write: word("three") + end }] });
    const calls = model.requests.length;
    await chat.ask("go");
    await expect(chat.answer).toHaveText("one two");
    const askedAt = Date.now();
    await first.stop();
    expect(Date.now() - askedAt).toBeLessThan(10_000);
    // While nobody answers, what was shown stays.
    await expect(chat.answer).toHaveText("one two");
    await start(Number(new URL(first.url).port));
    await expect(chat.answer).toHaveText("one two three", { timeout: 15_000 });
    await chat.finished();
    expect(model.requests.length - calls).toBe(2);
    expect(loads).toBe(1);
    await expect(page.locator("article.turn")).toHaveCount(1);
    expect(faults).toEqual([]);
  } finally {
    for (const server of servers) await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("the server is killed in mid-answer: nothing that was read is taken away, and the page says how it went on", async ({
  page,
  context,
  model,
  store,
}) => {
  test.setTimeout(120_000);
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-e2e-"));
  const env = { ...store.newStore(), OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
  const text = "A river bends. It bends because its outer bank wears away, year after year.";
  const [half, rest] = [text.slice(0, 40), text.slice(40)];
  const hold = gate();
  model.script(({ body }) => {
    if (sentAnswer(body) === "") return { steps: [{ write: word(half) }, { hang: true }] };
    // The question as a whole: what tools are for is said in sentences.
    const goesOn = JSON.stringify(body).includes('"go on"') ? rest : text;
    return { steps: [{ until: hold.promise }, { write: word(goesOn) + end }] };
  });
  const servers = [await startAppServer({ env, dataDir })];
  try {
    const url = servers[0]?.url ?? "";
    const [continued, anew] = [chatOf(page, url), chatOf(await context.newPage(), url)] as const;
    const chats = [continued, anew];
    for (const [at, chat] of chats.entries()) {
      await chat.ask(["go on", "begin anew"][at] ?? "");
      await expect(chat.answer).toHaveText(half.trim());
      await watchText(chat.page);
    }
    await servers[0]?.kill();
    servers.push(await startAppServer({ env, dataDir, port: Number(new URL(url).port) }));
    hold.open();
    for (const chat of chats) {
      await expect(chat.answer).toHaveText(text, { timeout: 20_000 });
      await chat.finished();
    }
    for (const reload of [false, true]) {
      if (reload) for (const chat of chats) await chat.page.reload();
      await expect(continued.turn).toContainText(/went on after \d+ s, asked again/);
      await expect(anew.turn).toContainText(/begun anew after \d+ s/);
      for (const chat of chats) await expect(chat.answer).toHaveText(text);
      if (!reload) for (const chat of chats) expect(await chat.page.evaluate("window.shrunk")).toEqual([]);
    }
  } finally {
    model.script(events(answer("This is a scripted answer.")));
    for (const server of servers) await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

/** Notes in `window.shrunk` each time when the newest answer shows less than before. */
const watchText = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const shrunk: string[] = [];
    Object.assign(window, { shrunk });
    let shown = "";
    new MutationObserver(() => {
      const text = [...document.querySelectorAll("article.turn .prose")].at(-1)?.textContent ?? "";
      if (!text.startsWith(shown.trimEnd())) shrunk.push(`${shown} -> ${text}`);
      shown = text;
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

test("the page's connection cut at 20 places, by FIN and RST in turn: the same text, each word once, asked once", async ({
  page,
  app,
  model,
}) => {
  test.setTimeout(90_000);
  const proxy = await startFaultProxy({ port: Number(new URL(app.url).port) });
  try {
    const chat = chatOf(page, proxy.url);
    const words = Array.from({ length: 12 }, (_, at) => `word-${at} `);
    for (let cut = 0; cut < 20; cut += 1) {
      const calls = model.requests.length;
      const before = proxy.cuts;
      model.next({
        steps: [...words.flatMap((each) => [{ write: sse(textChunks(each)) }, { wait: 15 }]), { write: end }],
      });
      proxy.cutNext({ after: cut * 120, by: cut % 2 === 0 ? "fin" : "rst" });
      await chat.ask(`question ${cut}`);
      await expect(chat.turn).toContainText(`question ${cut}`);
      await expect(chat.answer).toHaveText(words.join("").trim(), { timeout: 10_000 });
      await chat.finished();
      expect(proxy.cuts - before).toBe(1);
      expect(model.requests.length - calls).toBe(1);
    }
    await expect(page.locator("article.turn")).toHaveCount(20);
  } finally {
    await proxy.close();
  }
});

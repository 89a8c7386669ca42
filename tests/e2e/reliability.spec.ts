import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { sse, textChunks } from "../support/chat-chunks.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
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
    model.next({
      steps: [
        { write: word("one ") },
        { write: word("two ") },
        { wait: 300 },
        { write: word("three") + end },
      ],
    });
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

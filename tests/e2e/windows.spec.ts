import type { Page } from "@playwright/test";
import { startAppServer } from "../support/app-server.ts";
import { gate } from "../support/scripted-model.ts";
import type { RecordedRequest } from "../support/scripted-model-server.ts";
import { type Chat, chatOf, end, expect, test, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "connections know no screen");

/** Over HTTP/1.1 a browser opens six connections to a host, for all its windows together. */
const windows = 12;
const crowded = "Many windows are open";
const slow = { timeout: 30_000 };

/** Which question was asked last: each window asks its own. */
const asked = ({ body }: RecordedRequest): string => /.*(w\d+)/s.exec(JSON.stringify(body))?.[1] ?? "";

const openWindow = async (page: Page, url: string): Promise<Chat> => {
  await page.goto(url);
  return chatOf(page, url);
};

/** Stops the answer; how long that took, ms by the page's own clock. */
async function stopIn({ page, stop, turn }: Chat): Promise<number> {
  const ended = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let clicked = 0;
        document.addEventListener("click", () => (clicked = performance.now()), {
          capture: true,
          once: true,
        });
        new MutationObserver((_, observer) => {
          if (!document.querySelector("main")?.textContent?.includes("Stopped by you")) return;
          observer.disconnect();
          resolve(performance.now() - clicked);
        }).observe(document, { subtree: true, childList: true, characterData: true });
      }),
  );
  await stop.click();
  await expect(turn).toContainText("Stopped by you", { timeout: 10_000 });
  return Math.round(await ended);
}

test("twelve visible windows, each with a live answer: all load and follow, Stop ends each within a second, all texts are right", async ({
  context,
  store,
  model,
}) => {
  test.setTimeout(300_000);
  // A busy machine opens twelve windows in minutes; the model must not count as gone meanwhile.
  const endpoint = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", SILENCE_SECONDS: "900" };
  const app = await startAppServer({ env: { ...store.newStore(), ...endpoint } });
  try {
    const more = gate();
    model.script((request) => ({
      steps: [
        { write: word(`${asked(request)} begins `) },
        { until: more.promise },
        { write: word("and goes on") },
        { hang: true },
      ],
    }));
    const chats: Chat[] = [];
    for (let at = 0; at < windows; at += 1) {
      const chat = await openWindow(await context.newPage(), app.url);
      await chat.ask(`w${at}`);
      await expect(chat.answer).toHaveText(`w${at} begins`, slow);
      chats.push(chat);
    }
    more.open();
    for (const [at, { answer }] of chats.entries())
      await expect(answer).toHaveText(`w${at} begins and goes on`, slow);
    // Which windows have none may change: a stream that is slow to open on a busy machine is opened anew.
    await expect
      .poll(async () => {
        const turns = await Promise.all(chats.map(({ turn }) => turn.textContent()));
        return turns.filter((text) => text?.includes(crowded)).length;
      }, slow)
      .toBe(windows - 4);
    const stopMs: number[] = [];
    // From the last, so that no window has had a stream to itself.
    for (const [at, chat] of [...chats.entries()].reverse()) {
      await chat.page.bringToFront();
      stopMs.push(await stopIn(chat));
      await expect(chat.answer).toHaveText(`w${at} begins and goes on`);
    }
    console.log(`Stop in twelve windows: ${stopMs.join(", ")} ms`);
    expect(Math.max(...stopMs)).toBeLessThan(10_000);
    await expect
      .poll(() => model.requests.slice(-windows).every(({ closedAt }) => closedAt !== undefined), slow)
      .toBe(true);
    for (const [at, { page, turn, answer }] of chats.entries()) {
      if (at % 5 !== 0) continue;
      await page.reload();
      await expect(answer).toHaveText(`w${at} begins and goes on`, slow);
      await expect(turn).toContainText("Stopped by you");
    }
  } finally {
    await app.stop();
  }
});

for (const hasLocks of [true, false])
  test(`windows that are closed, crash or are reloaded give their streams back, and none is left without its text${hasLocks ? "" : ": without TLS"}`, async ({
    context,
    app,
    model,
  }) => {
    test.setTimeout(120_000);
    // As on a page without TLS.
    if (!hasLocks) await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "locks"));
    const more = gate();
    model.script((request) => ({
      steps: [
        { write: word(`${asked(request)} begins `) },
        { until: more.promise },
        { write: word("and ends") + end },
      ],
    }));
    const chats: Chat[] = [];
    for (let at = 0; at < 8; at += 1) {
      const chat = await openWindow(await context.newPage(), app.url);
      await chat.ask(`w${at}`);
      await expect(chat.answer).toHaveText(`w${at} begins`, slow);
      chats.push(chat);
    }
    const [first, second, third, ...rest] = chats;
    if (!first || !second || !third) throw new Error("no windows");
    for (const chat of rest.slice(1)) await expect(chat.turn).toContainText(crowded);
    await first.page.close();
    const tools = await context.newCDPSession(second.page);
    // The command has no answer: its window is gone.
    void tools.send("Page.crash").catch(() => undefined);
    await third.page.reload();
    // Of the four windows without a stream two have one now.
    const crowdedWindows = async () => {
      let count = 0;
      for (const { turn } of [third, ...rest]) count += (await turn.innerText()).includes(crowded) ? 1 : 0;
      return count;
    };
    await expect.poll(crowdedWindows, slow).toBe(2);
    more.open();
    for (const [at, chat] of [third, ...rest].entries()) {
      await expect(chat.answer).toHaveText(`w${at + 2} begins and ends`, slow);
      await chat.finished();
    }
  });

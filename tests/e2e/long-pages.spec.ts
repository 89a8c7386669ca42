import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { begin, end, expect, test, word } from "./fixtures.ts";

const lines = 2500;
const long = Array.from(
  { length: lines },
  (_, at) => `- item ${at} of a list that is longer than what a page shows at first, by far\n`,
).join("");
const chunks = (long.match(/[^]{1,16000}/g) ?? []).map(word).join("");

test("the page of a long answer begins with its beginning, and has the whole of it in the end, with what can be done", async ({
  chat,
  model,
}) => {
  test.setTimeout(120_000);
  model.next(events(chunks + end));
  await chat.ask("a long list");
  await expect(chat.answer.locator("li")).toHaveCount(lines, { timeout: 60_000 });
  await chat.finished();
  const html = await (await chat.page.request.get(chat.page.url())).text();
  expect(html).toContain("item 150 ");
  expect(html.length).toBeLessThan(600_000);
  await chat.page.reload();
  await expect(chat.answer.locator("li").first()).toContainText("item 0 ");
  // The page can be used meanwhile.
  await chat.composer.fill("thanks");
  await expect(chat.answer.locator("li")).toHaveCount(lines, { timeout: 60_000 });
  await expect(chat.composer).toHaveValue("thanks");
  await expect(chat.turn.getByRole("button", { name: "Retry" })).toBeVisible();
  await expect(chat.page.getByText("The rest is loading")).toHaveCount(0);
});

test("the page of a long conversation begins with its newest turn, which keeps its place while the others come; so does going back to it, and what is far is not laid out", async ({
  chat,
  model,
}) => {
  test.setTimeout(120_000);
  await begin(chat, model, "first");
  for (let at = 0; at < 6; at += 1) {
    model.next(events(word("Some words of an answer. ".repeat(600)) + end));
    await chat.ask(`question ${at}`);
    await expect(chat.turn.getByRole("heading", { level: 2 })).toHaveText(`question ${at}`);
    await chat.finished();
  }
  // The rest comes only when it may.
  let arrive = (): void => undefined;
  const mayCome = new Promise<void>((resolve) => (arrive = resolve));
  await chat.page.route(/\/api\/conversations\/[^/]+$/, async (route) => {
    await mayCome;
    await route.continue();
  });
  await chat.page.reload();
  await expect(chat.page.getByText("The rest is loading")).toBeAttached();
  await expect(chat.page.locator("article.turn")).not.toHaveCount(7);
  const top = () => chat.turn.evaluate((turn) => Math.round(turn.getBoundingClientRect().top));
  const before = await top();
  arrive();
  await expect(chat.page.locator("article.turn")).toHaveCount(7);
  await expect(chat.page.getByRole("heading", { level: 2, name: "first" })).toBeAttached();
  await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThanOrEqual(2);
  await expect(chat.page.getByText("The rest is loading")).toHaveCount(0);

  // The reader goes away and returns (B8): the first turns that are drawn are those in view.
  const turns = chat.page.locator("article.turn");
  await chat.page.getByRole("link", { name: "New conversation" }).filter({ visible: true }).first().click();
  await expect(turns).toHaveCount(0);
  await chat.page.evaluate(() => {
    const drawn: number[] = [];
    Object.assign(window, { drawn });
    new MutationObserver(() => {
      const count = document.querySelectorAll("article.turn").length;
      if (count > 0 && count !== drawn.at(-1)) drawn.push(count);
    }).observe(document.body, { subtree: true, childList: true });
  });
  await chat.page.goBack();
  await expect(turns).toHaveCount(7);
  const drawn = await chat.page.evaluate(() => (window as Window & { drawn?: number[] }).drawn ?? []);
  expect(drawn[0]).toBeLessThanOrEqual(2);
  expect(drawn.at(-1)).toBe(7);
  // Whether the browser has made boxes for what is in it.
  const laidOut = () =>
    turns.evaluateAll(
      (all) =>
        all.filter((turn) => turn.querySelector(".prose p")?.checkVisibility({ contentVisibilityAuto: true }))
          .length,
    );
  await expect.poll(laidOut).toBeLessThanOrEqual(3);
  expect(await laidOut()).toBeGreaterThan(0);
});

// Not on the phone: the same code.
test("a key that is pressed while words come has a frame of its own, without them (on the desktop)", async ({
  chat,
  model,
}) => {
  const over = gate();
  const words = Array.from({ length: 300 }, (_, at) => `word${at} ${at % 40 === 39 ? "\n\n" : ""}`);
  model.next({
    steps: [
      ...words.flatMap((text) => [{ write: word(text) }, { wait: 6 }]),
      { until: over.promise },
      { write: end },
    ],
  });
  await chat.ask("words");
  await expect(chat.answer).toContainText("word9");
  await chat.page.evaluate(() => {
    const keys = { alone: 0, withWords: 0 };
    Object.assign(window, { keys });
    let hasWords = false;
    const turn = document.querySelector("article.turn") ?? document;
    new MutationObserver(() => (hasWords = true)).observe(turn, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    // A key at the worst moment: just before the page is given what has come.
    const { read } = ReadableStreamDefaultReader.prototype;
    ReadableStreamDefaultReader.prototype.read = async function press() {
      const piece = await read.call(this);
      hasWords = false;
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
      requestAnimationFrame(() => {
        // All that is done in this frame is done by then.
        const look = new MessageChannel();
        look.port1.onmessage = () => (keys[hasWords ? "withWords" : "alone"] += 1);
        look.port2.postMessage(0);
      });
      return piece;
    };
  });
  await expect(chat.answer).toContainText("word299", { timeout: 30_000 });
  const keys = await chat.page.evaluate(
    () => (window as Window & { keys?: Record<"alone" | "withWords", number> }).keys,
  );
  console.log(`keys while words come: ${JSON.stringify(keys)}`);
  over.open();
  await chat.finished();
  expect(keys?.alone).toBeGreaterThan(4);
  // Where a frame takes long, words that have waited for 80 ms come in that of a key, too.
  expect(keys?.withWords).toBeLessThan(keys?.alone ?? 0);
});

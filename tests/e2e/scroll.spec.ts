import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import type { Chat } from "./fixtures.ts";
import { end, expect, test, word } from "./fixtures.ts";

const paragraphs = (count: number, name = "line") =>
  Array.from({ length: count }, (_, at) => `${name} ${at}\n\n`).join("");

const toGo = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight - window.scrollY);
const top = (page: Page): Promise<number> => page.evaluate(() => window.scrollY);

// oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern.
test.beforeEach(({}, info) => {
  test.skip(info.project.name === "phone", "a wheel and an End key: the desktop's");
});

/** An answer longer than the page, still being written; each gate lets the next piece go. */
async function live(chat: Chat, model: { next(script: object): void }, pieces: readonly string[]) {
  const gates = pieces.map(() => gate());
  model.next({
    steps: [
      { write: word(paragraphs(40)) },
      ...pieces.flatMap((piece, at) => [
        { until: gates[at]?.promise ?? Promise.resolve() },
        { write: word(piece) },
      ]),
      { write: end },
    ],
  });
  await chat.ask("go");
  await expect(chat.answer).toContainText("line 39");
  await expect.poll(() => toGo(chat.page)).toBeLessThan(2);
  return gates;
}

test("a burst of 600 px in one frame keeps following; one notch of the wheel releases; End re-arms", async ({
  chat,
  model,
}) => {
  const [burst, more, last] = await live(chat, model, [
    paragraphs(15, "burst"),
    paragraphs(15, "more"),
    paragraphs(15, "last"),
  ]);
  const before = await top(chat.page);
  burst?.open();
  await expect(chat.answer).toContainText("burst 14");
  await expect.poll(() => toGo(chat.page)).toBeLessThan(2);
  expect((await top(chat.page)) - before).toBeGreaterThan(600);
  await chat.page.mouse.move(700, 400);
  await chat.page.mouse.wheel(0, -120);
  await expect.poll(() => toGo(chat.page)).toBeGreaterThan(60);
  const left = await top(chat.page);
  more?.open();
  await expect(chat.answer).toContainText("more 14");
  const pill = chat.page.getByRole("button", { name: /new lines/ });
  await expect(pill).toBeVisible();
  expect(await top(chat.page)).toBe(left);
  await chat.page.locator("main").click({ position: { x: 5, y: 300 } });
  await chat.page.evaluate(
    () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
  );
  await chat.page.keyboard.press("End");
  await expect.poll(() => toGo(chat.page)).toBeLessThan(2);
  await expect(pill).toHaveCount(0);
  last?.open();
  await expect(chat.answer).toContainText("last 14");
  await expect.poll(() => toGo(chat.page)).toBeLessThan(2);
});

test("from the empty composer End re-arms too, and writing there does not move the page", async ({
  chat,
  model,
}) => {
  const [more] = await live(chat, model, [paragraphs(5, "more")]);
  await chat.page.mouse.move(700, 400);
  await chat.page.mouse.wheel(0, -400);
  await expect.poll(() => toGo(chat.page)).toBeGreaterThan(60);
  await chat.composer.focus();
  const left = await top(chat.page);
  await chat.page.keyboard.type("word by word");
  expect(await top(chat.page)).toBe(left);
  await chat.page.keyboard.press("End");
  expect(await top(chat.page)).toBe(left);
  await chat.composer.fill("");
  await chat.page.keyboard.press("End");
  await expect.poll(() => toGo(chat.page)).toBeLessThan(2);
  more?.open();
  await expect(chat.answer).toContainText("more 4");
  await expect.poll(() => toGo(chat.page)).toBeLessThan(2);
});

test("a long conversation opens at its last turn, before anything is painted elsewhere", async ({
  chat,
  model,
  context,
}) => {
  for (const name of ["one", "two"]) {
    model.next(events(answer(paragraphs(40, name))));
    await chat.ask(`question ${name}`);
    await chat.finished();
  }
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen: number[] = [];
    Object.assign(window, { seen });
    const look = () => {
      const { body } = document;
      const question = body?.querySelector(".turn:last-of-type .question");
      if (question && performance.getEntriesByType("paint").length > 0)
        seen.push(question.getBoundingClientRect().top);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(chat.page.url());
  await expect(page.getByRole("button", { name: "Retry" })).toBeVisible();
  await page.waitForFunction(() => ((window as Window & { seen?: number[] }).seen?.length ?? 0) > 3);
  const seen = await page.evaluate(() => (window as Window & { seen?: number[] }).seen ?? []);
  // In every frame after the first paint the last question stands in the upper part of the window.
  for (const at of seen) {
    expect(at).toBeGreaterThanOrEqual(0);
    expect(at).toBeLessThan(450);
  }
});

test("the last words that come together with the end of the answer are followed too", async ({
  chat,
  model,
}) => {
  const [last] = await live(chat, model, [paragraphs(30, "last")]);
  last?.open();
  await expect(chat.answer).toContainText("last 29");
  await chat.finished();
  await expect.poll(() => toGo(chat.page)).toBeLessThan(2);
});

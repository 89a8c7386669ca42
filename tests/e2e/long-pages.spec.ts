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

test("the page of a long conversation begins with its newest turn, which keeps its place while the others come", async ({
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
});

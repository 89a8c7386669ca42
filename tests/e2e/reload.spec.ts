import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { type Chat, chatOf, end, expect, test, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "what a page is rendered with does not depend on its width");

const pieces = [
  "# Title\n\n",
  "first **bold** line\n",
  "- a\n- b\n\n",
  "```js\nlet a = 1;\n",
  "```\n\n",
  "last 😀 words",
];

/** The same answer to the last node; code is coloured in either page when its colours have been loaded. */
async function expectSame(one: Chat, other: Chat): Promise<void> {
  await expect(async () => {
    expect(await one.answer.innerHTML()).toBe(await other.answer.innerHTML());
  }).toPass({ timeout: 10_000 });
}

test("a reload at any moment: the old text is in the first paint, the rest follows, and nothing is doubled", async ({
  chat,
  model,
  browser,
}) => {
  test.setTimeout(60_000);
  const gates = pieces.map(() => gate());
  model.next({
    steps: [
      ...pieces.flatMap((piece, at) => [
        { until: gates[at]?.promise ?? Promise.resolve() },
        { write: word(piece) },
      ]),
      { write: end },
    ],
  });
  await chat.ask("go");
  await expect(chat.page).toHaveURL(/\/c\//);
  const scriptless = await browser.newContext({ javaScriptEnabled: false });
  await scriptless.addCookies(await chat.page.context().cookies());
  const first = await scriptless.newPage();
  const marks = ["Title", "first bold line", "b", "let a = 1;", "let a = 1;", "last 😀 words"];
  for (const [at, mark] of marks.entries()) {
    gates[at]?.open();
    await expect(chat.answer).toContainText(mark);
    // The server's own HTML, before any script: all that was written so far.
    await first.goto(chat.page.url());
    for (const seen of marks.slice(0, at + 1)) await expect(first.locator(".prose")).toContainText(seen);
    await chat.page.reload();
    await expect(chat.answer).toContainText(mark);
  }
  await chat.finished();
  const fresh = chatOf(await chat.page.context().newPage(), chat.page.url());
  await fresh.page.goto(chat.page.url());
  await expectSame(fresh, chat);
  await expect(fresh.answer.locator("pre")).toHaveCount(1);
  await expect(fresh.answer.locator("li")).toHaveCount(2);
  await scriptless.close();
});

test("the view after reloads equals that of a tab that never left", async ({ chat, model, context }) => {
  const gates = pieces.map(() => gate());
  model.next({
    steps: [
      ...pieces.flatMap((piece, at) => [
        { until: gates[at]?.promise ?? Promise.resolve() },
        { write: word(piece) },
      ]),
      { write: end },
    ],
  });
  await chat.ask("go");
  await expect(chat.page).toHaveURL(/\/c\//);
  const loyal = chatOf(await context.newPage(), chat.page.url());
  await loyal.page.goto(chat.page.url());
  for (const each of gates) {
    each.open();
    await chat.page.reload();
  }
  await chat.finished();
  await loyal.finished();
  await expectSame(chat, loyal);
});

test("a page that is idle learns of a run that was started elsewhere", async ({ chat, model, context }) => {
  model.next(events(answer("one")));
  await chat.ask("a");
  await chat.finished();
  const second = chatOf(await context.newPage(), chat.page.url());
  await second.page.goto(chat.page.url());
  await expect(second.answer).toHaveText("one");
  model.next(events(answer("two")));
  await second.ask("b");
  await second.finished();
  await chat.page.bringToFront();
  await expect(chat.answer).toHaveText("two", { timeout: 15_000 });
});

test("switching away in mid-answer: no text lands in the other conversation, and back it goes on", async ({
  chat,
  model,
}) => {
  model.next(events(answer("old answer")));
  await chat.ask("old question");
  await chat.finished();
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  await chat.page.getByRole("link", { name: "New conversation" }).click();
  await chat.ask("new question");
  await expect(chat.answer).toHaveText("one");
  await chat.page.getByRole("link", { name: /old question/ }).click();
  await expect(chat.answer).toHaveText("old answer");
  await expect(chat.page.locator("article.turn")).toHaveCount(1);
  hold.open();
  await chat.page.goBack();
  await expect(chat.answer).toHaveText("one two");
  await expect(chat.page.locator("article.turn")).toHaveCount(1);
  await chat.page.goForward();
  await expect(chat.answer).toHaveText("old answer");
});

test("a draft survives a reload, and goes only when the server has the message", async ({ chat, model }) => {
  await chat.composer.fill("not yet sent");
  await expect
    .poll(() => chat.page.evaluate(() => Object.values(localStorage).join()))
    .toContain("not yet sent");
  await chat.page.reload();
  await expect(chat.composer).toHaveValue("not yet sent");
  model.next(events(answer("ok")));
  await chat.send.click();
  await expect(chat.answer).toHaveText("ok");
  await chat.page.goto(new URL("/", chat.page.url()).href);
  await expect(chat.composer).toHaveValue("");
});

test("a session that is lost costs no text: what was not sent waits in a new conversation", async ({
  chat,
  model,
}) => {
  model.next(events(answer("one")));
  await chat.ask("a");
  await chat.finished();
  await chat.page.context().clearCookies();
  await chat.ask("keep me");
  await expect(chat.turn).toContainText("your session has ended");
  await chat.turn.getByRole("button", { name: "Reload the page" }).click();
  await expect(chat.composer).toHaveValue("keep me");
  model.next(events(answer("two")));
  await chat.send.click();
  await expect(chat.answer).toHaveText("two");
});

import { answer } from "../support/chat-chunks.ts";
import { events, type ScriptedModelServer } from "../support/scripted-model-server.ts";
import { beginAnswer, type Chat, chatOf, expect, test } from "./fixtures.ts";

const way = ({ page }: Chat, name: string) =>
  page.getByRole("group", { name: "What becomes of this message" }).getByRole("button", { name });
const messages = ({ page }: Chat) =>
  page.getByRole("list", { name: "Messages for the answer that is being written" }).getByRole("listitem");
const lastRequest = (model: ScriptedModelServer) => JSON.stringify(model.requests.at(-1)?.body);

test("into the answer: taken at its next step, seen there, by the model once, and after a reload", async ({
  chat,
  model,
}) => {
  const release = await beginAnswer(chat, model);
  await expect(way(chat, "Into this answer")).toHaveCount(0);
  await chat.composer.fill("in metres, please");
  await way(chat, "Into this answer").click();
  await expect(messages(chat)).toHaveText(/in metres, please.*goes into the answer at its next step/);
  await expect(chat.composer).toHaveValue("");
  await expect(chat.composer).toBeFocused();
  model.next(events(answer("three")));
  release();
  const rows = ["one two", "in metres, please", "three"];
  for (const text of rows) await expect(chat.turn).toContainText(text);
  await chat.finished();
  await expect(messages(chat)).toHaveCount(0);
  expect(lastRequest(model).split("in metres, please")).toHaveLength(2);
  await chat.page.reload();
  await expect(chat.turn).toContainText(/one two.*in metres, please.*three/s);
  await expect(chat.page.locator("article.turn")).toHaveCount(1);
});

test("after the answer: Enter keeps it above the field, also over a reload, and it is asked when that has ended", async ({
  chat,
  model,
  isMobile,
}) => {
  const release = await beginAnswer(chat, model);
  await chat.composer.fill("second");
  // On a keyboard that is painted, Enter is a new line.
  await chat.composer.press(isMobile ? "Control+Enter" : "Enter");
  await chat.composer.fill("third");
  await way(chat, "After this answer").click();
  await expect(messages(chat)).toHaveText([/second.*is asked after this answer/, /third/]);
  await chat.page.reload();
  await expect(messages(chat)).toHaveText([/second/, /third/]);
  await messages(chat).nth(1).getByRole("button", { name: "Edit" }).click();
  await expect(chat.composer).toHaveValue("third");
  await expect(messages(chat)).toHaveCount(1);
  model.next(events(answer("its answer")));
  release();
  await expect(chat.page.locator("article.turn")).toHaveCount(2);
  await expect(chat.turn).toContainText("second");
  await expect(chat.answer).toHaveText("its answer");
  await expect(messages(chat)).toHaveCount(0);
  await expect(chat.composer).toHaveValue("third");
});

test("stop and send: the answer is stopped, and the message is asked at once", async ({ chat, model }) => {
  await beginAnswer(chat, model);
  model.next(events(answer("instead")));
  await chat.composer.fill("rather this");
  await way(chat, "Stop and send").click();
  await expect(chat.page.locator("article.turn")).toHaveCount(2);
  await expect(chat.page.locator("article.turn").first()).toContainText("Stopped by you");
  await expect(chat.answer).toHaveText("instead");
});

// Not on the phone: no keyboard there.
test("all three ways by the keyboard alone, with the focus back in the field behind each (on the desktop)", async ({
  chat,
  model,
}) => {
  const { page } = chat;
  await beginAnswer(chat, model);
  model.next(events(answer("instead")));
  model.next(events(answer("after")));
  const fates = ["Into this answer", "After this answer", "Stop and send"];
  for (const [at, name] of fates.entries()) {
    await expect(chat.composer).toBeFocused();
    await page.keyboard.type(`message ${at}`);
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press("Shift+Tab");
      if (await way(chat, name).evaluate((element) => element === document.activeElement)) break;
    }
    await expect(way(chat, name)).toBeFocused();
    await page.keyboard.press("Enter");
  }
  await expect(chat.composer).toBeFocused();
  await expect(page.locator("article.turn").first()).toContainText("Stopped by you");
  await expect(page.locator("article.turn").last()).toContainText("message 1");
});

// Not on the phone: what is seen does not depend on the width.
test("what another tab says into the answer is seen in an open one while it is written (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  const release = await beginAnswer(chat, model);
  const other = chatOf(await context.newPage(), chat.page.url());
  await other.page.goto(chat.page.url());
  await expect(other.answer).toHaveText("one");
  await chat.composer.fill("in metres, please");
  await way(chat, "Into this answer").click();
  await expect(messages(other)).toHaveText(/in metres, please.*goes into the answer at its next step/);
  model.next(events(answer("three")));
  release();
  await expect(messages(other)).toHaveCount(0);
  await chat.finished();
});

// Not on the phone: what is asked does not depend on the width.
test("a message that a stopped answer did not take is asked next, and says so (on the desktop)", async ({
  chat,
  model,
}) => {
  await beginAnswer(chat, model);
  await chat.composer.fill("in metres, please");
  await way(chat, "Into this answer").click();
  await expect(messages(chat)).toHaveText(/goes into the answer/);
  model.next(events(answer("in metres then")));
  await chat.stop.click();
  await expect(chat.page.locator("article.turn")).toHaveCount(2);
  await expect(chat.turn).toContainText("Written for the answer above, which ended before it");
  await expect(chat.answer).toHaveText("in metres then");
  await expect(messages(chat)).toHaveCount(0);
});

// Not on the phone: tabs know no screen.
test("what waits to be asked goes along when the conversation is deleted elsewhere, and is asked nowhere (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  await beginAnswer(chat, model);
  for (const text of ["second", "third"]) {
    await chat.composer.fill(text);
    await way(chat, "After this answer").click();
  }
  await expect(messages(chat)).toHaveCount(2);
  await chat.composer.fill("half a thought");
  const calls = model.requests.length;
  const { page } = chat;
  const other = await context.newPage();
  await other.goto(page.url());
  await other.evaluate(() =>
    fetch(`/api/conversations/${location.pathname.slice("/c/".length)}`, { method: "DELETE" }),
  );
  await page.bringToFront();
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect(messages(chat)).toHaveCount(0);
  const kept = /^(second\n\nthird|third\n\nsecond)\n\nhalf a thought$/;
  await expect(chat.composer).toHaveValue(kept);
  // Open at the same page, it would take the text of one that is closed, as which a reload begins.
  await other.close();
  await page.reload();
  await expect(chat.composer).toHaveValue(kept);
  expect(model.requests.length).toBe(calls);
});

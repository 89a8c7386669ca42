import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { beginAnswer, type Chat, chatOf, end, expect, test, word } from "./fixtures.ts";
import { languagePictures } from "./theme-pictures.ts";

const takesPictures = process.env["RIVULET_PICTURES"] === "1";

const waiting = ({ page }: Chat) =>
  page.getByRole("list", { name: "Messages for the answer that is being written" }).getByRole("listitem");
const act = (chat: Chat, at: number, name: string) => waiting(chat).nth(at).getByRole("button", { name });
const turns = ({ page }: Chat) => page.locator("article.turn");

async function queue(chat: Chat, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await chat.composer.fill(text);
    await chat.composer.press("Control+Enter");
    await expect(waiting(chat).last()).toContainText(text);
  }
}

test("a queue of three: moved, edited, removed, over a reload, in another tab, and asked in order with no page open", async ({
  chat,
  model,
  context,
  browser,
}, info) => {
  const release = await beginAnswer(chat, model);
  await queue(chat, "first", "second", "third", "fourth");
  const ready = (chinese: Page) => expect(chinese.locator(".steering li")).toHaveCount(4);
  if (takesPictures) await languagePictures(chat.page, "queue", { browser, info, ready });
  await act(chat, 2, "Move up").click();
  await expect(waiting(chat)).toHaveText([/first/, /third/, /second/, /fourth/]);
  await act(chat, 0, "Remove").click();
  await expect(waiting(chat)).toHaveCount(3);
  await act(chat, 2, "Edit").click();
  await expect(chat.composer).toHaveValue("fourth");
  await expect(waiting(chat)).toHaveText([/third.*is asked after this answer/, /second/]);
  await queue(chat, "fourth, but better");
  await chat.page.reload();
  const { page } = chat;
  const other = chatOf(await context.newPage(), page.url());
  await other.page.goto(page.url());
  for (const each of [chat, other])
    await expect(waiting(each)).toHaveText([/third/, /second/, /fourth, but/]);
  await expect(other.composer).toHaveValue("");
  for (const text of ["its", "next", "last"]) model.next(events(answer(text)));
  const url = page.url();
  await page.close();
  await other.page.goto("about:blank");
  const asked = model.requests.length;
  release();
  await expect.poll(() => model.requests.length).toBe(asked + 3);
  await other.page.goto(url);
  await expect(turns(other)).toHaveText([/q/, /third.*its/s, /second.*next/s, /fourth, but better.*last/s]);
  await expect(waiting(other)).toHaveCount(0);
});

// Not on the phone: what is asked does not depend on the width.
test("one is sent now, and another said into the answer; a stop pauses the rest, which go on at a press (on the desktop)", async ({
  chat,
  model,
  browser,
}, info) => {
  await beginAnswer(chat, model);
  await queue(chat, "first", "second", "third");
  const hold = gate();
  model.next({ steps: [{ write: word("now ") }, { until: hold.promise }, { write: end }] });
  await act(chat, 1, "Send now").click();
  await expect(turns(chat)).toHaveCount(2);
  await expect(turns(chat).first()).toContainText("Stopped by you");
  await expect(chat.turn).toContainText("second");
  await expect(waiting(chat)).toHaveText([/first/, /third/]);
  await act(chat, 1, "Into this answer").click();
  await expect(waiting(chat)).toHaveText([/third.*goes into the answer/, /first/]);
  const further = gate();
  model.next({ steps: [{ write: word("with third ") }, { until: further.promise }, { write: end }] });
  hold.open();
  await expect(chat.turn).toContainText(/now.*third.*with third/s);
  await chat.stop.click();
  await expect(chat.page.getByText("On hold, because the answer above was stopped.")).toBeVisible();
  await expect(waiting(chat)).toHaveText([/first/]);
  await expectAccessible(chat.page, "a paused queue");
  const ready = (chinese: Page) => expect(chinese.locator(".paused")).toBeVisible();
  if (takesPictures) await languagePictures(chat.page, "queue-paused", { browser, info, ready });
  model.next(events(answer("at last")));
  await chat.page.reload();
  await chat.page.getByRole("button", { name: "Send these" }).click();
  await expect(chat.turn).toContainText(/first.*at last/s);
  await expect(turns(chat)).toHaveCount(3);
  await expect(waiting(chat)).toHaveCount(0);
  await expect(chat.page.getByRole("button", { name: "Send these" })).toHaveCount(0);
});

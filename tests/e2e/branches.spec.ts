import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events, type ScriptedModelServer } from "../support/scripted-model-server.ts";
import { begin, type Chat, chatOf, end, expect, test, word } from "./fixtures.ts";
import { languagePictures } from "./theme-pictures.ts";

const takesPictures = process.env["RIVULET_PICTURES"] === "1";

const turns = ({ page }: Chat) => page.locator("article.turn");
const questions = (chat: Chat) => turns(chat).getByRole("heading", { level: 2 });
const versions = ({ page }: Chat) => page.getByRole("group", { name: "Versions of this question" });
const editOf = (chat: Chat, at: number) =>
  turns(chat).nth(at).getByRole("button", { name: "Edit and ask again" });
const banner = ({ page }: Chat) => page.locator(".branch");

async function asks(chat: Chat, model: ScriptedModelServer, text: string): Promise<void> {
  model.next(events(answer(`about ${text}`)));
  await chat.ask(text);
  await expect(chat.answer).toHaveText(`about ${text}`);
  await chat.finished();
}

/** Another version of the question at `at`. */
async function edits(chat: Chat, model: ScriptedModelServer, at: number, text: string): Promise<void> {
  await questions(chat).nth(at).hover();
  await editOf(chat, at).click();
  await asks(chat, model, text);
}

/** A second tab that learns of nothing until the result is called. */
async function asleepTab(chat: Chat): Promise<{ tab: Chat; wake(): Promise<void> }> {
  const tab = chatOf(await chat.page.context().newPage(), chat.page.url());
  await tab.page.goto(chat.page.url());
  await expect(tab.answer).toBeVisible();
  const address = "**/api/conversations/*";
  await tab.page.route(address, (route) =>
    route.request().method() === "GET" ? route.abort() : route.fallback(),
  );
  return { tab, wake: () => tab.page.unroute(address) };
}

// Not on the phone: the same on every screen.
test("a question is edited: each version is kept, reached by keys, the same in another tab, and what the model gets (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  await begin(chat, model, "tea");
  await asks(chat, model, "milk");
  await chat.composer.fill("my draft");
  await questions(chat).first().hover();
  await editOf(chat, 0).click();
  await expect(banner(chat)).toContainText("Another version of: tea");
  await expect(chat.composer).toHaveValue("tea");
  await expect(chat.composer).toBeFocused();
  await chat.composer.fill("coffee");
  await chat.page.reload();
  await expect(banner(chat)).toContainText("Another version of: tea");
  await expect(chat.composer).toHaveValue("coffee");
  await asks(chat, model, "coffee");
  await expect(questions(chat)).toHaveText(["coffee"]);
  await expect(banner(chat)).toHaveCount(0);
  await expect(chat.composer).toHaveValue("my draft");
  await expect(versions(chat)).toContainText("2/2");
  await versions(chat).getByRole("button", { name: "Earlier version" }).click();
  await expect(questions(chat)).toHaveText(["tea", "milk"]);
  await chat.page.keyboard.press("ArrowRight");
  await expect(questions(chat)).toHaveText(["coffee"]);
  await chat.page.keyboard.press("ArrowLeft");
  await expect(questions(chat)).toHaveText(["tea", "milk"]);
  await expect(versions(chat).getByRole("button", { name: "Earlier version" })).toBeFocused();
  const second = chatOf(await context.newPage(), chat.page.url());
  await second.page.goto(chat.page.url());
  await expect(questions(second)).toHaveText(["tea", "milk"]);
  await second.composer.fill("");
  await asks(second, model, "sugar");
  const sent = JSON.stringify(model.requests.at(-1)?.body);
  for (const text of ["about tea", "about milk", "sugar"]) expect(sent).toContain(text);
  expect(sent).not.toContain("coffee");
  await chat.page.reload();
  await expect(questions(chat)).toHaveText(["tea", "milk", "sugar"]);
});

// Not on the phone: the same on every screen.
test("a question goes on from an earlier answer; edited while an answer is written, it waits, and is asked once (on the desktop)", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "tea");
  await asks(chat, model, "milk");
  await turns(chat).first().getByRole("button", { name: "Continue from here" }).click();
  await expect(banner(chat)).toContainText("Goes on from: about tea");
  await banner(chat).getByRole("button", { name: "Cancel" }).click();
  await expect(banner(chat)).toHaveCount(0);
  await turns(chat).first().getByRole("button", { name: "Continue from here" }).click();
  await asks(chat, model, "sugar");
  await expect(questions(chat)).toHaveText(["tea", "sugar"]);
  await expect(versions(chat)).toContainText("2/2");
  const hold = gate();
  model.next({ steps: [{ write: word("slow") }, { until: hold.promise }, { write: word("ly") + end }] });
  await chat.ask("honey");
  await expect(chat.answer).toHaveText("slow");
  await questions(chat).nth(1).hover();
  await editOf(chat, 1).click();
  await chat.composer.fill("lemon");
  await chat.composer.press("Control+Enter");
  await expect(chat.turn).toContainText("Asked once the answer that is being written has ended");
  model.next(events(answer("about lemon")));
  hold.open();
  await expect(chat.answer).toHaveText("about lemon");
  await expect(questions(chat)).toHaveText(["tea", "lemon"]);
  await expect(versions(chat)).toContainText("3/3");
});

// Not on the phone: the same on every screen.
for (const [name, texts] of [
  ["Send here", ["tea", "milk", "sugar"]],
  ["Send as a branch", ["tea", "sugar"]],
] as const)
  test(`a tab that slept while another asked shows that first, and asks: ${name} (on the desktop)`, async ({
    chat,
    model,
  }) => {
    await begin(chat, model, "tea");
    const { tab, wake } = await asleepTab(chat);
    await asks(chat, model, "milk");
    await wake();
    await tab.ask("sugar");
    await expect(questions(tab)).toHaveText(["tea", "milk", "sugar"]);
    await expect(tab.turn).toContainText("the messages above came first");
    model.next(events(answer("about sugar")));
    await tab.turn.getByRole("button", { name, exact: true }).click();
    await expect(tab.answer).toHaveText("about sugar");
    await expect(questions(tab)).toHaveText([...texts]);
  });

test.describe("pictures", () => {
  test.skip(!takesPictures, "RIVULET_PICTURES is not set");
  test.describe.configure({ timeout: 120_000 });

  const taken = async (chat: Chat, name: string, ready: (chinese: Page) => Promise<void>) => {
    const { page } = chat;
    const browser = page.context().browser();
    if (browser) await languagePictures(page, name, { browser, info: test.info(), ready });
  };

  test("of versions, of an edit under way, of one that waits, and of a question that was late", async ({
    chat,
    model,
  }) => {
    await begin(chat, model, "tea");
    await asks(chat, model, "milk");
    await edits(chat, model, 1, "sugar");
    await taken(chat, "branches-versions", (page) => expect(page.locator(".versions")).toBeVisible());
    await questions(chat).first().hover();
    await editOf(chat, 0).click();
    await chat.composer.fill("coffee");
    await taken(chat, "branches-edit", async (page) => {
      await page.locator("article.turn h2").first().hover();
      await page.locator("article.turn .edits").first().click();
      await expect(page.locator(".branch")).toBeVisible();
    });
    await banner(chat).getByRole("button", { name: "Cancel" }).click();
    const { tab, wake } = await asleepTab(chat);
    const hold = gate();
    model.next({ steps: [{ write: word("slow") }, { until: hold.promise }, { write: end }] });
    await chat.ask("honey");
    await expect(chat.answer).toHaveText("slow");
    await questions(chat).first().hover();
    await editOf(chat, 0).click();
    await chat.composer.fill("lemon");
    await chat.composer.press("Control+Enter");
    await expect(chat.turn).toContainText("Asked once");
    await taken(chat, "branches-waits", (page) => expect(page.locator("article.turn").last()).toBeVisible());
    await chat.turn.getByRole("button", { name: "Edit", exact: true }).click();
    hold.open();
    await chat.finished();
    await wake();
    await tab.ask("cinnamon");
    await expect(tab.turn).toContainText("the messages above came first");
    await taken(tab, "branches-late", (page) => expect(page.locator("article.turn").last()).toBeVisible());
  });
});

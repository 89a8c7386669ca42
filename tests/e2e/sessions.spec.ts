import type { Browser, Page } from "@playwright/test";
import { gate } from "../support/scripted-model.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { begin, type Chat, chatOf, end, expect, test, watchFaults, word } from "./fixtures.ts";

test.skip(
  ({ isMobile }) => isMobile,
  "sessions know no screen; their pages are looked at in two widths here",
);
// Several browsers and whole pages each: slow on a machine that is busy.
test.describe.configure({ timeout: 240_000 });

/** Makes a link in the settings, and gives it. */
async function makeLink(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/settings/browser`);
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = page.locator(".codeblock code");
  await expect(link).toHaveText(/\/join\//);
  await expect(page.locator(".codeblock header")).toContainText(/works once, for another (10|9) minutes/);
  return (await link.textContent()) ?? "";
}

/** Another browser, which breaks the test if its page breaks. */
async function otherBrowser(browser: Browser, url: string): Promise<Chat & { faults: string[] }> {
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  const faults = watchFaults(page);
  await page.goto(url);
  return { ...chatOf(page, url), faults };
}

/** Those that the server lists for this page, as the page would. */
const listed = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { conversations } = await (await fetch("/api/conversations")).json();
    return conversations.map(({ title }: { title: string }) => title).sort();
  });

test("a link brings a second browser here; what it had moves along, a live answer too, and both see it end", async ({
  chat,
  model,
  app,
  browser,
}) => {
  await begin(chat, model, "apples");
  const other = await otherBrowser(browser, app.url);
  const hold = gate();
  model.next({
    steps: [{ write: word("pears are ") }, { until: hold.promise }, { write: word("green") + end }],
  });
  await other.ask("pears");
  await expect(other.answer).toHaveText("pears are");
  const address = other.page.url();
  const tab = await other.page.context().newPage();
  const link = await makeLink(chat.page, app.url);

  await tab.goto(link);
  await expect(tab.getByRole("heading", { name: "Join the other browser?" })).toBeVisible();
  await expect(tab.getByText("What this browser has moves along")).toBeVisible();
  expect(await listed(tab)).toEqual(["pears"]);
  await tab.getByRole("button", { name: "Join" }).click();
  await expect(tab.getByRole("heading", { name: "This browser has joined" })).toBeVisible();
  expect(await listed(tab)).toEqual(["apples", "pears"]);

  await chat.page.goto(address);
  await expect(chat.answer).toHaveText("pears are");
  hold.open();
  for (const each of [chat, other]) await expect(each.answer).toHaveText("pears are green");
  await tab.goto(link);
  await expect(tab.getByRole("heading", { name: "This browser has joined" })).toBeVisible();
  const late = await otherBrowser(browser, link);
  await expect(late.page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await chat.page.goto(`${app.url}/settings/browser`);
  await expect(chat.page.getByText("2, with this one")).toBeVisible();
  expect([...other.faults, ...late.faults]).toEqual([]);
  for (const each of [other, late]) await each.page.context().close();
});

test("a link in the browser that made it says that it is here already, and stays good", async ({
  chat,
  app,
}) => {
  const link = await makeLink(chat.page, app.url);
  for (let time = 0; time < 2; time += 1) {
    await chat.page.goto(link);
    await expect(chat.page.getByRole("heading", { name: "This browser is already here" })).toBeVisible();
  }
});

test("logging out of the only browser warns and offers a link first; the link still brings the conversations back", async ({
  chat,
  model,
  app,
}) => {
  const { page } = chat;
  await begin(chat, model, "plums");
  const address = page.url();
  await page.goto(address);
  await chat.composer.fill("half a thought");
  const tab = await page.context().newPage();
  await tab.goto(address);
  const other = chatOf(tab, app.url);
  await other.composer.fill("a thought of the second tab");
  await page.goto(`${app.url}/settings/browser`);
  await page.getByRole("button", { name: "Log out" }).click();
  const ask = page.getByRole("region", { name: "Log out of this browser?" });
  await expect(ask).toContainText("nobody can reach them any more");
  await ask.getByRole("button", { name: "Cancel" }).click();
  await expect(ask).toHaveCount(0);
  expect(await listed(page)).toEqual(["plums"]);
  await page.getByRole("button", { name: "Log out" }).click();
  await ask.getByRole("button", { name: "Make a link first" }).click();
  const link = (await page.locator(".codeblock code").textContent()) ?? "";
  await ask.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByRole("heading", { name: "You are logged out" })).toBeVisible();
  expect(await listed(page)).toEqual([]);
  // The other tab is told, and keeps nothing of what stands in it, also not for a new conversation.
  await expect(other.composer).toHaveValue("");
  // The address of a conversation says what happened and what can be done (R41).
  await page.goto(address);
  await expect(page.getByText("its cookie was cleared or has become invalid")).toBeVisible();
  await tab.bringToFront();
  await tab.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(tab.getByRole("heading", { name: "There is nothing here" })).toBeVisible({ timeout: 20_000 });
  await expect(other.composer).toHaveValue("");
  const kept = () => Object.entries(localStorage).filter(([key]) => /draft|carried|sending/.test(key));
  expect(await page.evaluate(kept)).toEqual([]);
  await page.goto(link);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("heading", { name: "This browser has joined" })).toBeVisible();
  await page.goto(address);
  await expect(chat.answer).toHaveText("about plums");
});

test("R41 a cookie that is lost: the page says what happened and what to do, nothing is deleted, the draft is kept", async ({
  chat,
  model,
  app,
}) => {
  const { page } = chat;
  await begin(chat, model, "quinces");
  const address = page.url();
  await page.goto(address);
  await chat.composer.fill("half a thought");
  const tab = await page.context().newPage();
  const link = await makeLink(tab, app.url);
  await page.context().clearCookies();
  // The open page learns of it by itself, and so does whoever opens the address.
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(page.getByRole("heading", { name: "Your session has ended" })).toBeVisible({
    timeout: 20_000,
  });
  await expect(page.getByText("Nothing was deleted, and what you have written here is kept.")).toBeVisible();
  await tab.goto(address);
  await expect(tab.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect(tab.getByText("make a link there (Settings, This browser) and open it here")).toBeVisible();
  await tab.goto(link);
  await tab.getByRole("button", { name: "Join" }).click();
  await expect(tab.getByRole("heading", { name: "This browser has joined" })).toBeVisible();
  await page.goto(address);
  await expect(chat.answer).toHaveText("about quinces");
  await expect(chat.composer).toHaveValue("half a thought");
});

test("deleting everything asks first, then takes all from both browsers and stops what is being written", async ({
  chat,
  model,
  app,
  browser,
}) => {
  const { page } = chat;
  await begin(chat, model, "cherries");
  const other = await otherBrowser(browser, app.url);
  await other.page.goto(await makeLink(page, app.url));
  await other.page.getByRole("button", { name: "Join" }).click();
  await expect(other.page.getByRole("heading", { name: "This browser has joined" })).toBeVisible();
  model.next({ steps: [{ write: word("figs are ") }, { hang: true }] });
  await other.page.goto(app.url);
  await other.ask("figs");
  await expect(other.answer).toHaveText("figs are");

  await page.goto(`${app.url}/settings/delete`);
  await page.getByRole("button", { name: "Delete everything" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(await listed(page)).toEqual(["cherries", "figs"]);
  await page.getByRole("button", { name: "Delete everything" }).click();
  await page.getByRole("button", { name: "Yes, delete everything" }).click();
  await expect(page.getByRole("heading", { name: "Everything is deleted" })).toBeVisible();
  for (const each of [page, other.page]) expect(await listed(each)).toEqual([]);
  await expect.poll(() => model.requests.at(-1)?.closedAt).toBeTruthy();
  await page.getByRole("link", { name: "To the beginning" }).click();
  await expect(chat.composer).toBeVisible();
  expect(other.faults).toEqual([]);
  await other.page.context().close();
});

test("axe finds nothing serious on the pages of sessions, 320 wide and wide, light and dark", async ({
  browser,
  app,
}) => {
  // Many pages in two sizes and two themes.
  test.slow();
  for (const width of [320, 1280]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, locale: "en-GB" });
    const page = await context.newPage();
    const link = await makeLink(page, app.url);
    await page.getByRole("button", { name: "Log out" }).click();
    await expectAccessible(page, `browser ${width}`);
    await page.goto(`${app.url}/settings/delete`);
    await page.getByRole("button", { name: "Delete everything" }).click();
    await expectAccessible(page, `delete ${width}`);
    await page.goto(`${app.url}/settings/data`);
    await expectAccessible(page, `data ${width}`);
    await page.goto(link);
    await expectAccessible(page, `here ${width}`);
    await context.clearCookies();
    await page.goto(link);
    await expect(page.getByRole("button", { name: "Join" })).toBeVisible();
    await expectAccessible(page, `join ${width}`);
    for (const path of ["/join/x", "/ended/logged-out", `/c/${crypto.randomUUID()}`]) {
      await page.goto(app.url + path);
      // What is said of an address that leads nowhere has a script of its own.
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expectAccessible(page, `${path} ${width}`);
    }
    await context.close();
  }
});

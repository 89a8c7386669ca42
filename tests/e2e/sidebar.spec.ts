import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { begin, end, expect, test, word } from "./fixtures.ts";
import { languagePictures } from "./theme-pictures.ts";

/** The index as it can be reached: beside the page, or in the drawer. */
async function index(page: Page) {
  const menu = page.locator(".bar .menu");
  const isPhone = await menu.isVisible();
  if (isPhone) await menu.click();
  const nav = page.locator(isPhone ? "dialog nav" : "nav.index").first();
  return {
    nav,
    line: (name: string) => nav.getByRole("link", { name, exact: true }),
    async open(name: string) {
      const more = nav.getByRole("button", { name: `Actions for ${name}` });
      if (isPhone) await more.tap();
      else await more.click();
    },
  };
}

test("rename in its line: Enter saves, Esc does not, the Enter of an input method neither", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "apples");
  const { nav, line, open } = await index(chat.page);
  await open("apples");
  await nav.getByRole("button", { name: "Rename" }).click();
  const field = nav.getByRole("textbox", { name: "Title" });
  await field.fill("pears");
  await field.press("Escape");
  await expect(line("apples")).toBeVisible();
  await nav
    .getByRole("button", { name: "Rename" })
    .or(nav.getByRole("button", { name: "Actions for apples" }))
    .first()
    .click();
  await nav.getByRole("button", { name: "Rename" }).click();
  await field.fill("");
  const cdp = await chat.page.context().newCDPSession(chat.page);
  await cdp.send("Input.imeSetComposition", { text: "lizi", selectionStart: 4, selectionEnd: 4 });
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", windowsVirtualKeyCode: 13 });
  await cdp.send("Input.insertText", { text: "梨子" });
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", windowsVirtualKeyCode: 229 });
  await expect(field).toHaveValue("梨子");
  await field.press("Enter");
  await expect(line("梨子")).toBeVisible();
  await expect(chat.page.locator(".bar h1")).toHaveText("梨子");
  await chat.page.reload();
  await expect(chat.page.locator(".bar h1")).toHaveText("梨子");
});

test("delete: gone at once, Undo for ten seconds, also after a reload; what is shown gives way", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "plums");
  const url = chat.page.url();
  const first = await index(chat.page);
  await first.open("plums");
  await first.nav.getByRole("button", { name: "Delete" }).click();
  await expect(first.line("plums")).toHaveCount(0);
  await expect(first.nav.getByText("Deleted “plums”")).toBeVisible();
  await expect(chat.page).toHaveURL(/\/$/);
  await chat.page.reload();
  const second = await index(chat.page);
  await second.nav.getByRole("button", { name: /^Undo, \d+ s$/, description: "Deleted “plums”" }).click();
  await expect(second.line("plums")).toBeVisible();
  await chat.page.goto(url);
  await expect(chat.answer).toHaveText("about plums");
});

test("a refused rename and a refused deletion are undone, and said", async ({ chat, model }) => {
  await begin(chat, model, "figs");
  await chat.page.route(/\/api\/conversations\/[^/]+$/, (route) =>
    ["PATCH", "DELETE"].includes(route.request().method())
      ? route.fulfill({ status: 500, body: "{}" })
      : route.continue(),
  );
  const { nav, line, open } = await index(chat.page);
  await open("figs");
  await nav.getByRole("button", { name: "Rename" }).click();
  await nav.getByRole("textbox", { name: "Title" }).fill("dates");
  await chat.page.keyboard.press("Enter");
  await expect(nav.getByText("The new title could not be stored")).toBeVisible();
  await expect(line("figs")).toBeVisible();
  await open("figs");
  await nav.getByRole("button", { name: "Delete" }).click();
  await expect(nav.getByText("It could not be deleted")).toBeVisible();
  await expect(line("figs")).toBeVisible();
});

for (const way of ["click", "back"] as const) {
  // Not on the phone: the list is behind a drawer there.
  test(`going to another conversation (${way}): what is written and sent at once goes there, and no draft is mixed up (on the desktop)`, async ({
    chat,
    model,
  }) => {
    await begin(chat, model, "old one");
    const old = chat.page.url();
    if (way === "back") {
      await chat.page.getByRole("link", { name: "New conversation" }).click();
      await expect(chat.page.locator("article.turn")).toHaveCount(0);
      await chat.page.getByRole("link", { name: "old one" }).click();
      await expect(chat.answer).toHaveText("about old one");
    }
    await chat.composer.fill("for the old one");
    model.next(events(answer("new")));
    // Faster than any machine paints: one task, in which only promises run.
    await chat.page.evaluate(async (how) => {
      const link = [...document.querySelectorAll<HTMLElement>("nav.index a[href='/']")][0];
      if (how === "click") link?.click();
      else
        await new Promise<void>((went) => {
          window.addEventListener("popstate", () => queueMicrotask(went), { once: true });
          history.back();
        });
      await Promise.resolve();
      const field = document.querySelector<HTMLTextAreaElement>("#composer");
      if (!field) throw new Error("no field");
      field.value += "for the new one";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector<HTMLElement>(".send")?.click();
    }, way);
    await expect(chat.answer).toHaveText("new");
    await expect(chat.page.locator("article.turn")).toHaveCount(1);
    await expect(chat.turn.getByRole("heading", { level: 2 })).toHaveText("for the new one");
    await chat.page.getByRole("link", { name: "old one" }).click();
    await expect(chat.page).toHaveURL(old);
    await expect(chat.composer).toHaveValue("for the old one");
  });
}

// Not on the phone: the list is behind a drawer there.
test("an answer that ends in the background: an open circle, then a dot until it is seen (on the desktop)", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "old one");
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  await chat.page.getByRole("link", { name: "New conversation" }).click();
  await chat.ask("long one");
  await expect(chat.answer).toHaveText("one");
  const line = chat.page.getByRole("link", { name: /long one/ });
  await expect(line).toContainText("answering");
  await chat.page.getByRole("link", { name: /old one/ }).click();
  hold.open();
  await expect(line).toContainText("new answer", { timeout: 10_000 });
  await line.click();
  await expect(chat.answer).toHaveText("one two");
  await expect(line).not.toContainText("new answer");
});

// Not on the phone: no keyboard there.
test("the keyboard: one stop for Tab, arrows between the lines (on the desktop)", async ({ chat, model }) => {
  for (const name of ["red", "blue"]) await begin(chat, model, name);
  const { nav, line } = await index(chat.page);
  await line("blue").focus();
  await chat.page.keyboard.press("ArrowDown");
  await expect(line("red")).toBeFocused();
  await expect(nav.locator(".list a[tabindex='0']")).toHaveCount(1);
  await chat.page.keyboard.press("ArrowUp");
  await expect(line("blue")).toBeFocused();
});

test("settings: reached from the index, each room has a title and an address, and back leads back", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "grapes");
  const { nav } = await index(chat.page);
  await nav.getByRole("link", { name: "Settings" }).click();
  await expect(chat.page).toHaveURL(/\/settings$/);
  await expect(chat.page).toHaveTitle("Model · Rivulet");
  await expect(chat.page.getByRole("main")).toContainText("scripted");
  await chat.page.getByRole("main").getByRole("link", { name: "What we keep" }).click();
  await expect(chat.page.getByRole("heading", { name: "What we keep" })).toBeVisible();
  await expect(chat.page).toHaveURL(/\/settings\/data$/);
  await chat.page.goBack();
  await expect(chat.page.getByRole("heading", { name: "Model" })).toBeVisible();
  await chat.page.goBack();
  await expect(chat.answer).toHaveText("about grapes");
  await chat.page.goto(new URL("/settings/data", chat.page.url()).href);
  await expect(chat.page.getByRole("heading", { name: "What we keep" })).toBeVisible();
  await chat.page.goBack();
  await expect(chat.answer).toHaveText("about grapes");
  // After a reload within the settings too, and however fast.
  await chat.page.goForward();
  await chat.page.getByRole("main").getByRole("link", { name: "Appearance" }).click();
  await chat.page.reload();
  await chat.page.goBack();
  await chat.page.goBack();
  await expect(chat.answer).toHaveText("about grapes");
  expect((await chat.page.request.get(new URL("/settings/nothing", chat.page.url()).href)).status()).toBe(
    404,
  );
});

test("what the server starts by the clock has a section: when it is due, what began last, what was missed", async ({
  chat,
  app,
  browser,
}, info) => {
  const { page } = chat;
  await page.goto(`${app.url}/settings/schedules`);
  await expect(page.getByRole("main")).toContainText("No schedules");
  const hour = 3_600_000;
  const now = Date.now();
  const facts = { timeZone: "Europe/Berlin", agent: "assistant" };
  const id = "00000000-0000-4000-8000-000000000001";
  const schedules = [
    {
      ...{ ...facts, name: "morning-report", description: "What the day brings.", cron: "0 8 * * MON-FRI" },
      ...{ nextAt: now + 30 * hour, lastAt: now - 3 * hour, lastConversationId: id },
      missed: { count: 3, from: now - 50 * hour, to: now - 48 * hour },
    },
    { ...facts, name: "digest", cron: "0 18 * * SUN", nextAt: now + 90 * hour },
  ];
  const list = (of: Page) => of.route("**/api/schedules", (route) => route.fulfill({ json: { schedules } }));
  await list(page);
  await page.reload();
  const line = page.locator(".setting.tall").first();
  await expect(line).toContainText(/morning-reportWhat the day brings\.next \w{3} \d\d:\d\d/);
  await expect(line).toContainText(/Started last (\w{3} )?\d\d:\d\d/);
  await expect(line).toContainText(/3 missed, from \w{3} .* to \w{3} .*: no server was there/);
  await expect(line.getByRole("link", { name: "Open the conversation" })).toHaveAttribute("href", `/c/${id}`);
  await expect(page.locator(".setting.tall").last()).toContainText("Not started yet");
  await expectAccessible(page, "the schedules");
  if (process.env["RIVULET_PICTURES"] === "1")
    await languagePictures(page, "settings-schedules", {
      ...{ browser, info },
      async ready(chinese) {
        await list(chinese);
        await chinese.reload();
        await expect(chinese.locator(".setting.tall")).toHaveCount(2);
      },
    });
});

test("a theme is worn at once, and by the very first paint of the next page, without any script", async ({
  chat,
  browser,
  app,
}) => {
  const paper = (page: Page) =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await chat.page.goto(`${app.url}/settings/appearance`);
  await chat.page.getByText("Dark", { exact: true }).click();
  await expect.poll(() => paper(chat.page)).toBe("rgb(22, 25, 23)");
  const scriptless = await browser.newContext({ javaScriptEnabled: false, colorScheme: "light" });
  await scriptless.addCookies(await chat.page.context().cookies());
  const page = await scriptless.newPage();
  await page.goto(app.url);
  expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  await expect(page.locator("html")).toHaveCSS("background-color", "rgb(22, 25, 23)");
  await scriptless.close();
  await chat.page.reload();
  await expect(chat.page.getByRole("radio", { name: "Dark" })).toBeChecked();
  await chat.page.getByText("System", { exact: true }).click();
  await expect.poll(() => paper(chat.page)).toBe("rgb(246, 247, 244)");
  await chat.page.getByRole("main").getByText("中文", { exact: true }).click();
  await expect(chat.page.getByRole("heading", { name: "外观" })).toBeVisible();
  await expect(chat.page.locator("html")).toHaveAttribute("lang", "zh-CN");
});

// Not on the phone: the same code.
test("the settings' script: there without a network once the page is idle, and led to anew by a page that lacks it (on the desktop)", async ({
  page,
  app,
}) => {
  const settings = page.locator("nav.index").getByRole("link", { name: "Settings" });
  const heading = page.getByRole("heading", { name: "Model", exact: true });
  await page.clock.install();
  await page.goto(app.url, { waitUntil: "networkidle" });
  const loaded = page.waitForResponse(/\/_next\/static\/chunks\//);
  await page.clock.fastForward(11_000);
  await (await loaded).finished();
  await page.context().setOffline(true);
  await settings.click();
  await expect(heading).toBeVisible();

  await page.context().setOffline(false);
  await page.goto(app.url, { waitUntil: "networkidle" });
  // As with a server that was built anew since.
  await page.route(/\/_next\/static\/chunks\//, (route) => route.fulfill({ status: 404 }));
  await settings.click();
  await expect(heading).toBeVisible();
  await expect(page).toHaveURL(/\/settings$/);
});

test("settings whose script is not there yet take no click, rather than losing it", async ({ page, app }) => {
  const scripts = gate();
  await page.route(/\/_next\/static\/chunks\/.*\.js/, async (route) => {
    await scripts.promise;
    await route.continue();
  });
  await page.goto(`${app.url}/settings/browser`, { waitUntil: "commit" });
  const logOut = page.getByRole("button", { name: "Log out" });
  await expect(logOut).toBeVisible();
  await expect(logOut).toBeDisabled();
  scripts.open();
  await logOut.click();
  await expect(page.getByRole("region", { name: "Log out of this browser?" })).toBeVisible();
});

import type { Locator, Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { begin, end, expect, test, word } from "./fixtures.ts";

const top = (page: Page): Promise<number> => page.evaluate(() => window.scrollY);
/** How far the background of one is from that of another, as WCAG counts it. */
async function contrastTo(back: Locator, front: Locator): Promise<number> {
  const lightness = async (each: Locator) => {
    const colour = await each.evaluate((node) => getComputedStyle(node).backgroundColor);
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(
      (value) => (Number(value) / 255) ** 2.2,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const [one, other] = [await lightness(back), await lightness(front)];
  return Math.max(one, other) / Math.min(one, other);
}
/** So many characters of the title in the head are seen. */
const seenOfTitle = (page: Page): Promise<number> =>
  page.locator(".bar h1").evaluate((title) => {
    const { right } = title.getBoundingClientRect();
    const text = title.firstChild ?? title;
    const range = document.createRange();
    return Array.from(text.textContent ?? "").filter((_, at) => {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      return range.getBoundingClientRect().right <= right;
    }).length;
  });

/** What in the head is smaller than a finger wants it. */
const tooSmall = (page: Page): Promise<string[]> =>
  page.locator(".bar :is(a, button)").evaluateAll((controls) =>
    controls.flatMap((control) => {
      const { width, height } = control.getBoundingClientRect();
      return width < 44 || height < 44 ? [`${control.textContent} ${width} × ${height}`] : [];
    }),
  );

const paragraphs = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n\n`).join("");

test.describe("on a desktop", () => {
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern.
  test.beforeEach(({}, info) => {
    test.skip(info.project.name === "phone", "of fingers there are tests of their own");
  });

  test("a long question is folded to eight lines, its code in a face for code, and opens by its button", async ({
    chat,
    model,
  }) => {
    model.next(events(answer("Yes.")));
    await chat.ask(`Is this right?\n\`\`\`ts\nconst a = 1;\n\`\`\`\n${paragraphs(600)}`);
    await expect(chat.answer).toHaveText("Yes.");
    const heading = chat.turn.getByRole("heading");
    const height = () => heading.evaluate(({ clientHeight }) => clientHeight);
    expect(await height()).toBeLessThanOrEqual(8 * 28);
    const face = await heading.locator("code").evaluate((code) => getComputedStyle(code).fontFamily);
    expect(face).toContain("JetBrains Mono");
    await expect(heading.locator("code")).toHaveText("const a = 1;");
    await chat.page.reload();
    expect(await height()).toBeLessThanOrEqual(8 * 28);
    await chat.turn.getByRole("button", { name: "All 1,205 lines" }).click();
    await expect(heading).toContainText("line 599");
    await chat.turn.getByRole("button", { name: "Fold" }).click();
    expect(await height()).toBeLessThanOrEqual(8 * 28);
  });

  test("what is selected from a question to the end of its answer is their words, and nothing beside them", async ({
    chat,
    model,
  }) => {
    const hold = gate();
    const text =
      "Some words, [of bank.com](https://evil.test).\n\n```ts\nlet a = 1;\n```\n\n| x | y |\n|---|---|\n| 1 | =2 |\n\nMore words";
    model.next({
      steps: [
        { write: word(text) },
        { until: hold.promise },
        { write: word(" come.[^1]\n\n[^1]: A note.") },
        { write: end },
      ],
    });
    await chat.ask("What is a?");
    await expect(chat.answer).toContainText("More words");
    await chat.page.evaluate(() => {
      const turn = document.querySelector(".turn");
      const last = turn?.querySelector(".prose")?.lastElementChild?.firstChild;
      const first = turn?.querySelector(".prose p")?.firstChild;
      if (first && last) document.getSelection()?.setBaseAndExtent(first, 5, last, 4);
    });
    const selected = () => chat.page.evaluate(() => document.getSelection()?.toString() ?? "");
    const before = await selected();
    expect(before).toContain("let a = 1;");
    hold.open();
    await expect(chat.answer).toContainText("More words come.");
    await chat.finished();
    expect(await selected()).toBe(before);
    await chat.page.evaluate(() => {
      const turn = document.querySelector(".turn");
      if (turn) document.getSelection()?.selectAllChildren(turn);
    });
    const all = await selected();
    for (const words of [
      "What is a?",
      "Some words, of bank.com (evil.test).",
      "let a = 1;",
      "More words come.",
      "A note.",
    ])
      expect(all).toContain(words);
    expect(all).not.toMatch(/copy|\bts\b|Retry|\d:\d\d|tok|↩/i);
  });

  test("a starter that is clicked twice is sent once, and a draft is neither mixed with it nor lost", async ({
    chat,
    model,
  }) => {
    const { page, composer } = chat;
    await composer.fill("my own words");
    const starter = page.getByRole("list", { name: "Questions to begin with" }).getByRole("button");
    const words = (await starter.first().locator("span:nth-child(2)").textContent()) ?? "";
    await starter.first().click();
    await expect(composer).toHaveValue(words);
    await page.reload();
    await expect(composer).toHaveValue("my own words");
    await starter.nth(1).click();
    await starter.first().click();
    await expect(composer).toHaveValue(words);
    model.next(events(answer("Here.")));
    await starter.first().click();
    await expect(chat.answer).toHaveText("Here.");
    await expect(chat.turn.getByRole("heading")).toHaveText(words);
    await expect(page.locator("article.turn")).toHaveCount(1);
    await expect(composer).toHaveValue("my own words");
  });

  test("the focus is in the composer from the start, and there again once an answer was asked for again", async ({
    chat,
    model,
  }) => {
    const { page, composer } = chat;
    await expect(composer).toBeFocused();
    // Its outline has a colour once something is written.
    const outline = () => page.locator(".composer").evaluate((each) => getComputedStyle(each).outlineColor);
    const atRest = await outline();
    await composer.fill("x");
    expect(await outline()).not.toBe(atRest);
    await begin(chat, model, "apples");
    model.next(events(answer("again apples")));
    await chat.turn.getByRole("button", { name: "Retry" }).press("Enter");
    await expect(chat.answer).toHaveText("again apples");
    await chat.finished();
    await expect(composer).toBeFocused();
  });

  test("a line of the list is seen under the pointer, and Esc gives the focus from its actions back to it", async ({
    chat,
    model,
  }) => {
    const { page } = chat;
    await begin(chat, model, "apples");
    const nav = page.locator("nav.index");
    await nav.getByRole("link", { name: "New conversation" }).hover();
    expect(await contrastTo(nav, nav.getByRole("link", { name: "New conversation" }))).toBeGreaterThan(1.05);
    const more = nav.getByRole("button", { name: "Actions for apples" });
    await more.focus();
    await page.keyboard.press("Enter");
    await expect(nav.getByRole("button", { name: "Rename" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(more).toBeFocused();
    await expect(nav.getByRole("button", { name: "Rename" })).toHaveCount(0);
  });

  test("a conversation that is renamed keeps the focus, has its name in head and tab at once, and Esc leads to the composer", async ({
    chat,
    model,
  }) => {
    const { page } = chat;
    await begin(chat, model, "apples");
    const nav = page.locator("nav.index");
    await nav.getByRole("button", { name: "Actions for apples" }).press("Enter");
    await nav.getByRole("button", { name: "Rename" }).press("Enter");
    await nav.getByRole("textbox", { name: "Title" }).fill("pears");
    await page.keyboard.press("Enter");
    await expect(nav.getByRole("button", { name: "Actions for pears" })).toBeFocused();
    await expect(page.locator(".bar h1")).toHaveText("pears");
    await expect(page).toHaveTitle(/^pears/);
    await page.keyboard.press("Escape");
    await expect(chat.composer).toBeFocused();
  });

  test("Undo of the conversation that is shown leads back to it, and its deletion is announced", async ({
    chat,
    model,
  }) => {
    const { page } = chat;
    await begin(chat, model, "plums");
    await begin(chat, model, "figs");
    const url = page.url();
    const nav = page.locator("nav.index");
    await nav.getByRole("link", { name: "figs", exact: true }).focus();
    await page.keyboard.press("Home");
    await expect(nav.getByRole("link", { name: "figs", exact: true })).toBeFocused();
    await page.keyboard.press("End");
    await expect(nav.locator("[data-line] > a").last()).toBeFocused();
    await nav.getByRole("button", { name: "Actions for figs" }).click();
    await nav.getByRole("button", { name: "Delete" }).click();
    await expect(nav.locator("[aria-live]")).toHaveText(/figs/);
    await expect(page).not.toHaveURL(url);
    await expect(chat.composer).toBeFocused();
    await nav.getByRole("button", { name: /Undo/ }).click();
    await expect(page).toHaveURL(url);
    await expect(chat.answer).toHaveText("about figs");
    await expect(chat.composer).toBeFocused();
    // Of another one, the line keeps the focus.
    await nav.getByRole("button", { name: "Actions for plums" }).click();
    await nav.getByRole("button", { name: "Delete" }).press("Enter");
    await expect(nav.getByRole("button", { name: /Undo/ })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(nav.getByRole("link", { name: "plums", exact: true })).toBeFocused();
  });

  test("a reload leaves the reader where they were, and an idle page has a way to its end", async ({
    chat,
    model,
  }) => {
    const { page } = chat;
    for (const question of ["one", "two"]) {
      model.next(events(answer(paragraphs(60))));
      await chat.ask(question);
      await expect(chat.answer).toContainText("line 59");
      await chat.finished();
    }
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, -2500);
    await expect.poll(() => top(page)).toBeLessThan(3000);
    const line = () =>
      page.evaluate(() => {
        const seen = [...document.querySelectorAll(".prose p")].find(
          (each) => each.getBoundingClientRect().top > 100,
        );
        return `${seen?.textContent} at ${Math.round(seen?.getBoundingClientRect().top ?? 0)}`;
      });
    const before = await line();
    await page.reload();
    await expect.poll(line).toBe(before);
    await page.getByRole("button", { name: "To the end" }).click();
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollHeight - innerHeight - scrollY))
      .toBeLessThan(2);
    await expect(page.getByRole("button", { name: "To the end" })).toHaveCount(0);
  });

  test("an idle window shows within two seconds what was asked elsewhere", async ({
    chat,
    model,
    context,
    app,
  }) => {
    await begin(chat, model, "rain");
    const url = chat.page.url();
    const waits = chat.page.waitForRequest(/\/api\/changes\?after=/, { timeout: 30_000 });
    await waits;
    const hold = gate();
    model.next({
      steps: [{ write: word("It ") }, { until: hold.promise }, { write: word("pours") }, { write: end }],
    });
    const runId = crypto.randomUUID();
    const asked = await context.request.post(`${app.url}/api/conversations/${url.split("/").at(-1)}/runs`, {
      headers: { accept: "application/json", origin: app.url },
      data: { runId, message: { text: "more?" } },
    });
    expect(asked.status()).toBe(202);
    const began = Date.now();
    await expect(chat.turn.getByRole("heading")).toHaveText("more?", { timeout: 20_000 });
    // 2 s are promised; other programs share the machine.
    expect(Date.now() - began).toBeLessThan(20_000);
    hold.open();
    await expect(chat.answer).toHaveText("It pours");
  });
});

test("pages that are none have the name and the index, and the frame wears the chosen theme", async ({
  chat,
  model,
  app,
}) => {
  const { page } = chat;
  await begin(chat, model, "snow");
  await page.goto(`${app.url}/nothing`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page");
  await expect(page.getByRole("link", { name: "Rivulet" })).toBeVisible();
  await expect(page.locator("nav.index a", { hasText: "snow" })).toBeVisible();
  // Also of what Next would render in the browser only: the words stand in the page as it comes.
  for (const [path, words] of [
    ["c/00000000-0000-4000-8000-000000000000", "There is nothing here"],
    ["workflows/none", "There is no such page"],
    ["settings/none", "There is no such page"],
    ["ended/none", "There is no such page"],
  ]) {
    const sent = await page.request.get(`${app.url}/${path}`);
    expect(sent.status()).toBe(404);
    const html = (await sent.text()).replaceAll(/<script.*?<\/script>/gs, "");
    expect(html).toContain(`<h1>${words}`);
    expect(html).toMatch(/<nav class="index".*snow/s);
  }
  const manifest = await page.request.get(`${app.url}/manifest.webmanifest`);
  expect((await manifest.json()).name).toBe("Rivulet");
  await page.goto(`${app.url}/settings/appearance`);
  const colours = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("meta[name=theme-color]")].map((each) => each.getAttribute("content")),
    );
  await page.getByText("Dark", { exact: true }).click();
  await expect.poll(async () => new Set(await colours())).toEqual(new Set(["#161917"]));
  await page.getByText("Light", { exact: true }).click();
  await expect.poll(async () => new Set(await colours())).toEqual(new Set(["#f6f7f4"]));
});

test.describe("on a phone", () => {
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern.
  test.beforeEach(({}, info) => {
    test.skip(info.project.name !== "phone", "fingers");
  });

  test("a swipe opens the index and closes it, the head has room for the title and for fingers, and Send keeps the keyboard", async ({
    chat,
    model,
  }) => {
    const { page, composer, send } = chat;
    await expect(send.locator("svg")).toBeHidden();
    model.next(events(answer("ok")));
    await composer.tap();
    await composer.fill("hello, how do I keep a list sorted while rows are added?");
    await composer.evaluate((field) =>
      field.addEventListener("blur", () => (document.body.dataset["blurred"] = "1")),
    );
    await send.tap();
    await expect(chat.answer).toHaveText("ok");
    await expect(composer).toBeFocused();
    expect(await page.evaluate(() => document.body.dataset["blurred"])).toBe(undefined);
    for (const [width, characters] of [
      [320, 16],
      [390, 24],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      expect(await seenOfTitle(page)).toBeGreaterThanOrEqual(characters);
      expect(await tooSmall(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    }
    const cdp = await page.context().newCDPSession(page);
    async function swipe(from: number, to: number): Promise<void> {
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number) =>
        cdp.send("Input.dispatchTouchEvent", { type, touchPoints: x === undefined ? [] : [{ x, y: 300 }] });
      await touch("touchStart", from);
      for (let step = 1; step <= 4; step += 1) await touch("touchMove", from + ((to - from) * step) / 4);
      await touch("touchEnd");
    }
    const drawer = page.getByRole("dialog");
    await expect(async () => {
      await swipe(60, 260);
      await expect(drawer).toBeVisible({ timeout: 500 });
    }).toPass();
    await swipe(260, 60);
    await expect(drawer).toBeHidden();
    await page.locator(".bar").getByRole("link", { name: "New conversation" }).tap();
    await expect(page).toHaveURL(/\/$/);
    await expect(page.getByRole("heading", { name: /^hello/ })).toHaveCount(0);
  });
});

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "@playwright/test";
import { finish, reasoning, sse, textChunks, usage } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { expect, test, watchFaults } from "./fixtures.ts";
import { longQuestion, parts, thought } from "./text-of-every-kind.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

for (const language of ["en", "zh"] as const)
  test(`text is set as its writer meant it, ${language}, light and dark, on a desktop and a phone`, async ({
    browser,
    app,
    model,
  }, info) => {
    test.skip(info.project.name === "phone", "makes the phone's pictures itself");
    const context = await browser.newContext({
      locale: language === "zh" ? "zh-CN" : "en-GB",
      viewport: { width: 1280, height: 900 },
    });
    const page = await context.newPage();
    const faults = watchFaults(page);
    const [afterHead, afterTable] = [gate(), gate()];
    const [lines, table, ...rest] = parts[language];
    const rows = table.split("\n\n")[0]?.split("\n") ?? [];
    model.next({
      steps: [
        { write: sse(reasoning(thought)) },
        { write: sse(textChunks(lines, `${rows.slice(0, 3).join("\n")}\n`)) },
        { until: afterHead.promise },
        { write: sse(textChunks(`${table.slice(rows.slice(0, 3).join("\n").length + 1)}42`)) },
        { until: afterTable.promise },
        { write: sse(textChunks("\n\n", ...rest)) + sse(finish(), usage(200, 200)) },
      ],
    });
    await page.goto(app.url);
    await page.locator("#composer").fill(longQuestion[language]);
    await page.locator(".send.go").click();
    const answer = page.locator("article.turn").last().locator(".prose");
    await expect(answer.locator("td")).toHaveCount(2);
    const before = await columns(page);
    afterHead.open();
    await expect(answer.locator("table")).toHaveCount(2);
    expect(await columns(page)).toEqual(before);
    // It might become the number of an item, and is shown all the same.
    await expect(answer).toContainText("42");
    afterTable.open();
    await expect(answer.locator("math")).toHaveCount(language === "en" ? 3 : 2);
    await expect(page.locator(".ending:not(.unended)")).toBeVisible();
    await expect(answer.locator(".tex")).toHaveCount(0);
    if (language === "en") await expectTallBrackets(page);
    await page.locator(".think").click();
    await expect(page.locator(".thought li")).toHaveCount(2);
    await answer.locator("summary").click();
    await answer.locator(".note-mark a").first().click();
    await expect(answer.locator(".notes a").first()).toBeFocused();
    await expectAccessible(page, "text");
    await expectSizes(answer);
    await expectPaper(page);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      await pictures(page, `text.${language}.${width}`);
    }
    if (language === "en") await expectFade(page);
    if (language === "en") {
      await page.goto(`${app.url}/nothing`);
      await expectAccessible(page, "a page that is none");
      await page.goBack();
    } else await page.reload();
    await expect(answer.locator("math")).toHaveCount(language === "en" ? 3 : 2);
    expect(faults).toEqual([]);
    await context.close();
  });

/** A heading is as large as the level that is written, and none is smaller than the text beneath it. */
async function expectSizes(answer: Locator): Promise<void> {
  const sizeOf = (tag: string) =>
    answer
      .locator(tag)
      .first()
      .evaluate((each) => Number.parseFloat(getComputedStyle(each).fontSize));
  expect(await Promise.all(["h3", "h4", "h5", "h6", "p"].map(sizeOf))).toEqual([20, 18, 16, 14, 16]);
}

/** On paper nobody scrolls: code and tables take as many lines as they need. */
async function expectPaper(page: Page): Promise<void> {
  await page.emulateMedia({ media: "print" });
  const hidden = await page.evaluate(() =>
    [...document.querySelectorAll(".codeblock pre, .tablescroll")]
      .map((each) => getComputedStyle(each))
      .filter(({ whiteSpace, overflowX }) => !whiteSpace.startsWith("pre-wrap") && overflowX !== "visible"),
  );
  expect(hidden.length).toBe(0);
  await page.emulateMedia({ media: "screen" });
}

/** Where the columns of the first table begin. */
const columns = (page: Page): Promise<number[]> =>
  page.evaluate(() =>
    [...(document.querySelector(".prose table")?.querySelectorAll("th") ?? [])].map(
      (cell) => cell.getBoundingClientRect().left,
    ),
  );

/** The face that makes them tall came with the formula; this machine may have none. */
async function expectTallBrackets(page: Page): Promise<void> {
  const heights = () =>
    page.evaluate(() =>
      ["mo", "mtable"].map(
        (part) =>
          document.querySelector(`math[display=block] ${part}`)?.getBoundingClientRect().height ?? Number.NaN,
      ),
    );
  await expect
    .poll(async () => {
      const [bracket = 0, table = 0] = await heights();
      return bracket / table;
    })
    .toBeGreaterThan(0.9);
}

/** What does not fit fades at the edge behind which more of it is. */
async function expectFade(page: Page): Promise<void> {
  const wide = page.locator(".prose .tablescroll").nth(1);
  const fades = () =>
    wide.evaluate((box) =>
      ["--fade-start", "--fade-end"].map((name) => getComputedStyle(box).getPropertyValue(name)),
    );
  await expect.poll(fades).toEqual(["0px", "32px"]);
  await wide.evaluate((box) => box.scrollTo(box.scrollWidth, 0));
  await expect.poll(fades).toEqual(["32px", "0px"]);
  await wide.evaluate((box) => box.scrollTo(0, 0));
}

async function pictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const path = join(root, `test-results/look/${name}.${colorScheme}.png`);
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

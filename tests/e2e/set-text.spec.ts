import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { finish, reasoning, sse, textChunks, usage } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { expect, test, watchFaults } from "./fixtures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const thought =
  "**Considering**\n\nThe user wants `x`:\n\n1. Do **this**\n2. Do that\n\n```js\nconst a = 1;\n```";

/** What was set otherwise than its writer meant it, a few lines each. */
const parts = {
  en: [
    "# One\n## Two\n### Three\n#### Four\nThe river runs past the mill,\nThe wheel goes round and is never still.\n\n**Name:** Example\n**Role:** Tester\n\n",
    "| # | Explanation |\n|---|---|\n| 1 | This is a long explanation of the first matter, which needs most of the width of the page. |\n| 2 | Short. |\n\n| Product | Vendor | Licence | First release | Latest version | Price | Notes |\n|---|:-:|---|---|---|--:|---|\n| Alphabetic | Example Corporation | Apache-2.0 | 2014-03-02 | 12.4.1-beta.3 | $1,299.00 | Needs `MAXIMUM_CONNECTION_POOL_SIZE` |\n| Betamaximum | Another Company | Proprietary | 2009-11-30 | 2026.04 | €89.90 | `/api/v1/organisations/{organisationId}/projects/{projectId}` |\n\n",
    "The rotation by \\(\\theta\\) is\n\\[\n\\begin{pmatrix}\n\\cos\\theta & -\\sin\\theta \\\\\n\\sin\\theta & \\cos\\theta\n\\end{pmatrix}\n\\]\n\n$$\n\\begin{aligned} a &= b + c \\\\ \\boxed{x} &= \\sqrt{\\frac{1}{2}} \\end{aligned}\n$$\n\nIt costs $5 and then $10.\n\n",
    "Water boils[^1] at sea level[^note]. See [[1]](https://example.com/a) and [Guide [PDF]](https://example.com/c.pdf).\n\n- [ ] open task\n- [x] done **task**, whose words go on until they are so many that they do not stand in one line\n  - [ ] nested\n\n1. [ ] ordered task\n2. plain\n\n> [!NOTE]\n> Mind the *gap*.\n\n> [!WARNING]\n> Hot.\n\nPress <kbd>Ctrl</kbd>+<kbd>C</kbd>, H<sub>2</sub>O, x<sup>2</sup>, <mark>so</mark>.\n\n<details>\n<summary>More about it</summary>\n\n- hidden **item**\n\n</details>\n\n[^1]: Handbook\n[^note]: A pressure of 1 atm is meant.\n\n",
    "## مقارنة سريعة\n\nهذا نص عربي فيه `npm install` وكلمة في الوسط.\n\n- العنصر الأول\n  - عنصر متداخل\n- [x] مهمة منجزة\n\n> اقتباس بالعربية\n\n| الاسم | العمر |\n|---|---:|\n| أحمد | 30 |\n\n- `git status` يعرض الحالة\n",
  ],
  zh: [
    "# 一级\n## 二级\n### 三级\n#### 四级\n春眠不觉晓，\n处处闻啼鸟。\n\n1、第一点\n2、第二点\n\n*强调*的字。\n\n",
    "| 序 | 说明 |\n|---|---|\n| 1 | 这是一段很长的说明，需要占用页面的大部分宽度才能读得舒服，而编号只需要几个像素。 |\n| 2 | 短。 |\n\n| 产品 | 厂商 | 许可 | 首次发布 | 版本 | 价格 |\n|---|:-:|---|---|---|--:|\n| 甲 | 某某公司 | 专有 | 2014-03-02 | 12.4.1 | ¥1,299.00 |\n\n",
    "其中$\\theta$是角，\n\\[\n\\sum_{i=1}^{n} a_i = \\frac{1}{2}\n\\]\n\n$5和$10 不是公式。\n\n",
    "水在一百度沸腾[^1]。\n\n- [ ] 待办\n- [x] **完成**\n\n> [!TIP]\n> 注意*间隙*。\n\n按 <kbd>确定</kbd>，H<sub>2</sub>O。\n\n<details>\n<summary>更多</summary>\n\n- 隐藏\n\n</details>\n\n[^1]: 手册\n",
  ],
} as const;

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
    await page.locator("#composer").fill("Show me");
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
    await page.locator(".think").click();
    await expect(page.locator(".thought li")).toHaveCount(2);
    await answer.locator("summary").click();
    await answer.locator(".note-mark a").first().click();
    await expect(answer.locator(".notes a").first()).toBeFocused();
    await expectAccessible(page, "text");
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      await pictures(page, `text.${language}.${width}`);
    }
    await page.reload();
    await expect(answer.locator("math")).toHaveCount(language === "en" ? 3 : 2);
    expect(faults).toEqual([]);
    await context.close();
  });

/** Where the columns of the first table begin. */
const columns = (page: Page): Promise<number[]> =>
  page.evaluate(() =>
    [...(document.querySelector(".prose table")?.querySelectorAll("th") ?? [])].map(
      (cell) => cell.getBoundingClientRect().left,
    ),
  );

async function pictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const path = join(root, `test-results/look/${name}.${colorScheme}.png`);
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

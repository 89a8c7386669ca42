import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { startAppServer } from "../support/app-server.ts";
import { finish, reasoning, sse, textChunks, usage } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import type { ScriptedModelServer } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { expect, test, watchFaults } from "./fixtures.ts";
import { longQuestion, parts } from "./text-of-every-kind.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const keepsPictures = process.env["RIVULET_PICTURES"] === "1";
/** Of the pictures that docs/ keeps; made by the same run, only when it is asked for. */
const kept: Record<string, string> = {
  "streaming.en.1280.light": "streaming",
  "done.en.1280.dark": "answer-dark",
  "done.zh.1280.light": "answer-chinese",
  "streaming.en.390.light": "phone",
  "drawer.zh.390.dark": "phone-drawer",
  "stopped.en.1280.light": "stopped",
  "settings.en.1280.dark": "settings",
};

const script = {
  en: {
    first: "Why is this list slow, and what would you change?",
    thought:
      "The list is sorted again on every key. With a few hundred rows nobody notices. With ten thousand it takes longer than a frame.",
    live: [
      "It is **sorted again on every key** that is pressed. A few hundred rows hide that, ten thousand do not.\n\n",
      "| Rows | Sort | Keep the order |\n|---|--:|--:|\n| 300 | 0.2 ms | 0.0 ms |\n| 10,000 | 14 ms | 0.1 ms |\n\n",
      "Keep the sorted list, and put a new row where it belongs:\n\n```ts\n// Finds the place of a row in a sorted list.\nfunction placeOf(rows: Row[], title: string): number {\n  let [low, high] = [0, rows.length];\n  while (low < high) {\n    const middle = (low + high) >> 1;\n    if (rows[middle].title < title) low = middle + 1;\n    else high = middle;\n  }\n  return low;\n}\n```\n\n",
      "The order then survives every key, and",
    ],
    rest: " only a row that was renamed has to move.",
    second: "Write the test for it.",
    half: "Three cases are enough: an empty list, a title before all others, and one that is there already. The",
    third: "And for a list in two columns?",
    fourth: "Thank you. Shorten it to one page.",
  },
  zh: {
    first: "这个列表为什么慢，该怎么改？",
    thought: "每按一次键，列表都重新排序。几百行看不出来，上万行就超过一帧的时间了。",
    live: [
      "因为**每按一次键都会重新排序**。几百行时看不出来，上万行就不行了。\n\n",
      "| 行数 | 排序 | 保持次序 |\n|---|--:|--:|\n| 300 | 0.2 毫秒 | 0.0 毫秒 |\n| 10,000 | 14 毫秒 | 0.1 毫秒 |\n\n",
      "留住排好的列表，把新的一行直接放到该在的位置：\n\n```ts\n// 在排好的列表里找到一行的位置。\nfunction placeOf(rows: Row[], title: string): number {\n  let [low, high] = [0, rows.length];\n  while (low < high) {\n    const middle = (low + high) >> 1;\n    if (rows[middle].title < title) low = middle + 1;\n    else high = middle;\n  }\n  return low;\n}\n```\n\n",
      "这样每次按键都不会打乱次序，",
    ],
    rest: "只有改了名字的那一行需要移动。",
    second: "为它写一个测试。",
    half: "三种情况就够了：空列表、排在最前的标题，以及已经存在的标题。其中",
    third: "如果列表分成两栏呢？",
    fourth: "谢谢。缩短到一页。",
  },
} as const;

for (const language of ["en", "zh"] as const) {
  for (const width of [1280, 390] as const) {
    test(`pictures of every state, ${language}, ${width} wide, light and dark`, async ({
      browser,
      store,
      app,
      demo,
      model,
    }, info) => {
      test.skip(info.project.name === "phone", "makes the phone's pictures itself");
      test.setTimeout(90_000);
      const context = await browser.newContext({
        locale: language === "zh" ? "zh-CN" : "en-GB",
        viewport: { width, height: width === 390 ? 844 : 900 },
        ...(width === 390 && { hasTouch: true, isMobile: true }),
      });
      const page = await context.newPage();
      const faults = watchFaults(page);
      const snap = async (state: string) => {
        await picture(page, `${state}.${language}.${width}`);
        expect(await foreignWords(page, language), state).toEqual([]);
        expect(await sidewaysScroll(page), state).toBe(0);
      };
      await page.goto(demo.url);
      await snap("empty");
      await page.goto(`${demo.url}/settings/appearance`);
      await snap("settings-appearance");
      await page.goto(`${demo.url}/settings`);
      await snap("settings");
      await page.goto(`${demo.url}/settings/data`);
      await snap("settings-data");
      await page.goto(`${demo.url}/settings/browser`);
      await page.locator(".setting .btn.line").first().click();
      await page.locator(".codeblock").waitFor();
      await page.locator(".setting .btn.line").last().click();
      await snap("settings-browser");
      const link = (await page.locator(".codeblock code").textContent()) ?? "";
      await page.goto(`${demo.url}/settings/delete`);
      await page.locator(".btn.danger").click();
      await snap("settings-delete");
      await context.clearCookies({ name: "rivulet-sid" });
      await page.goto(link);
      await page.locator(".calm .btn.fill").waitFor();
      await snap("join");
      await page.goto(`${demo.url}/join/x`);
      await snap("join-gone");
      await page.goto(`${demo.url}/nowhere`);
      await snap("404");
      // A name that a reader of the pictures may know.
      const env = { ...store.newStore(), OPENAI_BASE_URL: model.url, OPENAI_MODEL: "qwen3-32b" };
      const named = keepsPictures ? await startAppServer({ env }) : undefined;
      await page.goto((named ?? app).url);
      await snapStates(page, model, language, snap);
      if (width === 390) {
        await page.locator(".menu").click();
        await page.locator("dialog .more").first().click();
        await snap("drawer");
      }
      expect(faults).toEqual([]);
      await context.close();
      await named?.stop();
    });
  }
}

test("axe finds nothing serious in any state and page, 320 wide, light and dark", async ({
  browser,
  app,
  demo,
  model,
}, info) => {
  test.skip(info.project.name === "phone", "has a width of its own");
  test.setTimeout(180_000);
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, hasTouch: true });
  const page = await context.newPage();
  const check = (state: string) => expectAccessible(page, state);
  for (const path of ["/", "/settings", "/settings/appearance", "/settings/data", "/nowhere"]) {
    await page.goto(demo.url + path);
    await check(path);
  }
  await page.goto(app.url);
  await snapStates(page, model, "en", check);
  await page.locator(".menu").click();
  await page.locator("dialog .more").first().click();
  await check("drawer");
  await page.locator("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.locator("dialog .deleted")).toBeVisible();
  await check("deleted");
  await context.close();
});

async function snapStates(
  page: Page,
  model: ScriptedModelServer,
  language: "en" | "zh",
  snap: (state: string) => Promise<void>,
): Promise<void> {
  const { first, thought, live, rest, second, half, third, fourth } = script[language];
  const turn = page.locator("article.turn").last();
  const hold = gate();
  const end = sse(finish(), usage(214, 186));
  model.next({
    steps: [
      { write: sse(reasoning(thought)) },
      { wait: 400 },
      { write: sse(textChunks(...live)) },
      { until: hold.promise },
      { write: sse(textChunks(rest)) + end },
    ],
  });
  await ask(page, first);
  await expect(turn.locator(".prose")).toContainText(live[3].trim());
  await expect(turn.locator("pre .k").first()).toBeVisible();
  await snap("streaming");
  hold.open();
  await expect(turn.locator(".ending:not(.unended)")).toBeVisible();
  await snap("done");
  await turn.locator(".think").click();
  await expect(turn.locator(".thought")).toBeVisible();
  await snap("thought");
  model.next({ steps: [{ write: sse(textChunks(...parts[language])) + end }] });
  await ask(page, longQuestion[language]);
  await expect(turn.locator(".prose math").first()).toBeVisible();
  await expect(turn.locator(".ending:not(.unended)")).toBeVisible();
  await turn.locator("summary").click();
  await expect(turn.locator("h2.folded")).toBeVisible();
  await snap("text");
  model.next({ steps: [{ write: sse(textChunks(half)) }, { hang: true }] });
  await ask(page, second);
  await expect(turn.locator(".prose")).toContainText(half);
  await page.locator(".send.halt").click();
  await expect(turn.locator(".ending .line")).toBeVisible();
  await snap("stopped");
  model.next({ status: 401, steps: [{ write: "{}" }] });
  await ask(page, third);
  await expect(turn.locator(".strip")).toBeVisible();
  await snap("failed");
  await page.context().setOffline(true);
  await ask(page, fourth);
  await expect(turn.locator(".unsent")).toBeVisible();
  await snap("waiting");
  await page.route("**/runs", (route) => route.abort());
  await page.context().setOffline(false);
  await expect(turn.locator(".why.err")).toBeVisible();
  await snap("not-sent");
}

async function ask(page: Page, text: string): Promise<void> {
  await page.locator("#composer").fill(text);
  await page.locator(".send.go").click();
}

/** Words of the other language on the page, code and names aside. */
async function foreignWords(page: Page, language: "en" | "zh"): Promise<string[]> {
  const names =
    /Rivulet|OpenAI|Enter|Shift|Esc\b|AI|DATA_DIR|\.env\.local|scripted|assistant|qwen3-32b|English|中文|127\.0\.0\.1|OPENAI_API_KEY|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  const text = await page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    if (copy instanceof HTMLElement)
      for (const code of copy.querySelectorAll("pre, script, math, .codeblock header span")) code.remove();
    const labels = [
      ...document.querySelectorAll(":is([aria-label], [title], [placeholder]):not(math)"),
    ].flatMap((each) => ["aria-label", "title", "placeholder"].map((name) => each.getAttribute(name) ?? ""));
    return [document.title, copy.textContent, ...labels].join(" ");
  });
  return text.replace(names, "").match(language === "zh" ? /[A-Za-z]{2,}/g : /[\u3000-\u9fff]+/g) ?? [];
}

const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const file = `${name}.${colorScheme}`;
    await page.screenshot({ path: join(root, `test-results/look/${file}.png`), animations: "disabled" });
    const pictureName = keepsPictures ? kept[file] : undefined;
    if (pictureName)
      await page.screenshot({ path: join(root, `docs/pictures/${pictureName}.png`), animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

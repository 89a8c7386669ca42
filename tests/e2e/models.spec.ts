import type { Locator, Page } from "@playwright/test";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import { events, json, modelPage, type ScriptedModelServer } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { chatOf, expect, test, watchFaults } from "./fixtures.ts";
import type { StoreUnderTest } from "./store-under-test.ts";
import { themePictures } from "./theme-pictures.ts";

/** Three models by hand: two of one endpoint, and one of an endpoint that is not there. */
const listed = (url: string) =>
  JSON.stringify([
    {
      id: "qwen3-32b",
      label: "Qwen3 32B",
      baseURL: url,
      keyVariable: "FIRST_KEY",
      limits: { context: 131_072 },
      capabilities: { tools: true, json: true },
    },
    {
      id: "glm-4-9b",
      baseURL: url,
      capabilities: { tools: false },
      prices: { input: 2000, output: 10_000 },
    },
    { id: "away", baseURL: "http://127.0.0.1:1/v1" },
  ]);

const servers: AppServer[] = [];
/** Each test is a visitor of its own. */
let three: Promise<AppServer> | undefined;
test.afterAll(async () => {
  three = undefined;
  for (const server of servers.splice(0)) await server.stop();
});

async function start(env: Record<string, string>): Promise<AppServer> {
  const server = await startAppServer({ env });
  servers.push(server);
  return server;
}

/** The one that lists the three models. */
const startThree = (model: ScriptedModelServer, store: StoreUnderTest): Promise<AppServer> =>
  (three ??= start({ ...store.newStore(), RIVULET_MODELS: listed(model.url), FIRST_KEY: "sk-first" }));

const picker = (page: Page): Locator => page.locator(".popover");
const options = (page: Page): Locator => picker(page).getByRole("option");
const button = (page: Page): Locator => page.locator(".model-menu:not(.agent-menu) > button");

/** Pictures for whoever looks at them, and what a machine can say of every page: no sideways scroll. */
async function picture(page: Page, name: string): Promise<void> {
  await themePictures(page, `models-${name}`);
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wide, name).toBe(0);
}

/** The same, and that nothing serious is wrong; what is so in one language is so in every one. */
async function look(page: Page, name: string): Promise<void> {
  await picture(page, name);
  if (!name.includes(".zh.")) await expectAccessible(page, name);
}

const askedModels = (requests: readonly { body: unknown }[]): unknown[] =>
  // Every request to the scripted server is a chat request.
  requests.map(({ body }) => (body as { model: string }).model);

for (const language of ["en", "zh"] as const)
  test(`three models, ${language}: the picker, another model in mid-conversation, kept after a reload; a test that is good and one that fails`, async ({
    browser,
    model,
    store,
  }, info) => {
    test.setTimeout(120_000);
    const app = await startThree(model, store);
    const { viewport, hasTouch, isMobile } = info.project.use;
    const context = await browser.newContext({
      locale: language === "zh" ? "zh-CN" : "en-GB",
      ...(viewport && { viewport }),
      ...(hasTouch && { hasTouch }),
      ...(isMobile && { isMobile }),
    });
    const page = await context.newPage();
    const faults = watchFaults(page);
    const name = `three.${language}.${info.project.name}`;
    const ask = async (text: string, says: string) => {
      model.next(events(answer(says)));
      await page.locator("#composer").fill(text);
      await page.locator(".send.go").click();
      await expect(page.locator("article.turn").last().locator(".prose")).toHaveText(says);
      await expect(page.locator("article.turn").last().locator(".ending:not(.unended)")).toBeVisible();
    };
    await page.goto(app.url);
    await expect(button(page)).toContainText("Qwen3 32B");
    model.requests.length = 0;
    await ask("first", "by the first");
    await button(page).click();
    await expect(options(page)).toHaveCount(4);
    await expect(options(page).first()).toHaveAttribute("aria-selected", "true");
    await look(page, `${name}.picker`);

    // By the keyboard.
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(picker(page)).toHaveCount(0);
    await expect(button(page)).toContainText("glm-4-9b");
    await expect(button(page)).toBeFocused();
    await ask("second", "by the second");
    const turn = page.locator("article.turn").last();
    if (info.project.name === "phone")
      await turn.getByRole("button", { name: language === "zh" ? "用量与速度" : "Figures" }).click();
    await expect(turn.locator(".end .figures")).toContainText("$0.064");
    await picture(page, `${name}.cost`);
    expect(askedModels(model.requests)).toEqual(["qwen3-32b", "glm-4-9b"]);
    expect(model.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer sk-first",
      "Bearer no-key",
    ]);
    await page.reload();
    await expect(button(page)).toContainText("glm-4-9b");
    await ask("third", "by the second again");
    expect(askedModels(model.requests).at(-1)).toBe("glm-4-9b");

    // Esc closes and leaves the choice.
    await button(page).click();
    await expect(options(page)).toHaveCount(4);
    await page.keyboard.press("Escape");
    await expect(picker(page)).toHaveCount(0);

    await page.goto(`${app.url}/settings`);
    const result = page.locator(".result");
    await page.getByRole("option").first().click();
    model.next(events(answer("ready")));
    await page.getByRole("button", { name: language === "zh" ? "测试连接" : "Test connection" }).click();
    await expect(result).toHaveClass(/ok/);
    await look(page, `${name}.test-good`);
    model.next(json(401, { error: { message: "no" } }));
    await page.getByRole("button", { name: language === "zh" ? "测试连接" : "Test connection" }).click();
    await expect(result).toHaveClass(/err/);
    await expect(result).toContainText("401");
    await look(page, `${name}.test-failed`);
    await page.getByRole("option").nth(2).click();
    await page.getByRole("button", { name: language === "zh" ? "测试连接" : "Test connection" }).click();
    await expect(page.locator(".setting small", { hasText: "127.0.0.1:1" }).first()).toBeVisible();
    await expect(result).toHaveClass(/err/);
    expect(faults).toEqual([]);
    await context.close();
  });

test("two thousand models: a hundred are shown, the search finds any, and the picked one answers", async ({
  page,
  model,
  store,
}, info) => {
  test.setTimeout(90_000);
  const ids = Array.from({ length: 2000 }, (_, n) => `vendor-${n % 20}/model-${n}`);
  model.scriptModels(modelPage("text-embedding-3-small", ...ids));
  const app = await start({ ...store.newStore(), OPENAI_BASE_URL: model.url });
  await page.goto(app.url);
  await button(page).click();
  await expect(options(page)).toHaveCount(100);
  await expect(picker(page)).toContainText("2,002");
  const search = picker(page).getByRole("combobox");
  await expect(search).toBeFocused();
  // Of the parts that the list of three has, whose contrast and names are looked at there.
  await picture(page, `many.en.${info.project.name}`);
  await search.fill("model-1999");
  await expect(options(page)).toHaveCount(1);
  await search.fill("no such model");
  await expect(options(page)).toHaveCount(0);
  await expect(picker(page)).toContainText("No model of this name");
  await search.fill("MODEL-1999");
  await expect(options(page)).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(button(page)).toContainText("vendor-19/model-1999");
  model.requests.length = 0;
  const chat = chatOf(page, app.url);
  model.next(events(answer("found")));
  await chat.ask("hello");
  await expect(chat.answer).toHaveText("found");
  expect(askedModels(model.requests)).toEqual(["vendor-19/model-1999"]);
  await page.context().addCookies([{ name: "rivulet-lang", value: "zh", url: app.url }]);
  await page.reload();
  await button(page).click();
  await search.fill("1999");
  await expect(options(page)).toHaveCount(1);
  await picture(page, `many.zh.${info.project.name}`);
  model.scriptModels(modelPage("scripted-model"));
});

// Not on the phone: the same on every screen.
test("a key of one's own is kept in the browser, is used, and is forgotten (on the desktop)", async ({
  page,
  model,
  store,
}) => {
  const env = {
    ...store.newStore(),
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "scripted",
    OPENAI_API_KEY: "sk-server",
  };
  const app = await start(env);
  await page.goto(`${app.url}/settings`);
  await page.locator("input[type=password]").fill("sk-own");
  await page.getByRole("button", { name: "Use this key" }).click();
  await expect(page.getByRole("button", { name: "Forget the key" })).toBeVisible();
  await expect(page.locator("input[type=password]")).toHaveValue("");
  expect(await page.evaluate(() => document.cookie)).not.toContain("rivulet-keys");
  const chat = chatOf(page, app.url);
  model.requests.length = 0;
  await page.goto(app.url);
  model.next(events(answer("with it")));
  await chat.ask("hello");
  await expect(chat.answer).toHaveText("with it");
  await page.goto(`${app.url}/settings`);
  await page.getByRole("button", { name: "Forget the key" }).click();
  await expect(page.getByRole("button", { name: "Forget the key" })).toHaveCount(0);
  await page.goto(app.url);
  model.next(events(answer("without")));
  await chat.ask("hello");
  await expect(chat.answer).toHaveText("without");
  expect(model.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer sk-own",
    "Bearer sk-server",
  ]);
});

// Not on the phone: the same on every screen.
test("a model that is not offered any more: the question stays, and goes to the one that is chosen then (on the desktop)", async ({
  page,
  model,
  store,
}) => {
  const app = await startThree(model, store);
  await page.goto(app.url);
  await page.evaluate(() => localStorage.setItem("rivulet-models", JSON.stringify([["", "gone"]])));
  await page.reload();
  await page.locator("#composer").fill("hello");
  await page.locator(".send.go").click();
  await expect(page.locator(".why.err")).toContainText("not offered any more");
  await button(page).click();
  await options(page).nth(1).click();
  model.next(events(answer("here")));
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.locator("article.turn .prose")).toHaveText("here");
});

test("where a model is refused the strip leads to the others, and the head names the one that was asked", async ({
  page,
  model,
  store,
}, info) => {
  model.scriptModels(modelPage("alpha", "beta"));
  const app = await start({ ...store.newStore(), OPENAI_BASE_URL: model.url });
  await page.goto(app.url);
  await expect(button(page)).toContainText(new URL(model.url).host);
  model.next(json(404, { error: { message: "The model does not exist" } }));
  await page.locator("#composer").fill("hello");
  await page.locator(".send.go").click();
  const strip = page.locator(".strip");
  await expect(strip).toBeVisible();
  await expect(button(page)).toContainText("alpha");
  await look(page, `refused.${info.project.name}`);
  await strip.getByRole("button", { name: "Switch model" }).click();
  await options(page).nth(1).click();
  await expect(button(page)).toContainText("beta");
  model.requests.length = 0;
  model.next(events(answer("here")));
  await strip.getByRole("button", { name: "Retry" }).click();
  await expect(page.locator("article.turn .prose")).toHaveText("here");
  expect(askedModels(model.requests)).toEqual(["beta"]);
  model.scriptModels(modelPage("scripted-model"));
});

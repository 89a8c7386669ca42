import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { findChromium } from "../../scripts/find-chromium.mjs";
import { gate } from "../support/scripted-model.ts";
import { events, json, type Script } from "../support/scripted-model-server.ts";
import { type Chat, chatOf, end, expect, test, watchFaults, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "faults know no screen");

const error = (message: string, code?: string) => ({ error: { message, code } });
const busy = (seconds: number): Script => json(429, error("slow"), { "retry-after": String(seconds) });
const retry = ({ turn }: Chat) => turn.getByRole("button", { name: /^Retry/ });

test("R3 R4 a busy model: why and when it is asked again, told once; a reload keeps that; then the answer takes its place", async ({
  chat,
  model,
}) => {
  const { page, turn } = chat;
  const calls = model.requests.length;
  const hold = gate();
  model.next(busy(6));
  model.next({ headersFirst: false, steps: [{ until: hold.promise }, { write: word("at last") + end }] });
  await chat.ask("go");
  await expect(turn).toContainText(/scripted is busy · asking again in \d s \(1 of 2\)/);
  await expect(page.locator("output.sr-only")).toHaveText("scripted is busy, asking again");
  await page.reload();
  await expect(turn).toContainText(/asking again in [1-6] s \(1 of 2\)/);
  await expect(turn).toContainText(/asking again \(1 of 2\)/, { timeout: 10_000 });
  hold.open();
  await expect(chat.answer).toHaveText("at last");
  await expect(turn).not.toContainText("asking again");
  await chat.finished();
  expect(model.requests.length - calls).toBe(2);
});

test("R4 a server that loads its model: the wait is said, without a number of attempts; then the answer", async ({
  chat,
  model,
}) => {
  for (const _ of [1, 2, 3]) model.next(json(503, error("Loading model")));
  model.next(events(word("loaded") + end));
  await chat.ask("hi");
  await expect(chat.turn).toContainText(/scripted is still loading · asking again in \d s(?! \()/);
  await expect(chat.turn).toContainText("loaded", { timeout: 20_000 });
  await expect(chat.turn).not.toContainText("asking again");
});

test("R3 Stop during the wait ends it at once: the model is not asked again", async ({ chat, model }) => {
  const calls = model.requests.length;
  model.next(busy(50));
  await chat.ask("go");
  await expect(chat.turn).toContainText(/asking again in/);
  await chat.stop.click();
  await expect(chat.turn).toContainText("Stopped by you");
  expect(model.requests.length - calls).toBe(1);
});

test("R3 a model that wants us to wait for long: the time is counted down, then Retry is offered", async ({
  page,
  app,
  model,
}) => {
  await page.clock.install();
  const chat = chatOf(page, app.url);
  model.next(busy(90));
  await chat.ask("go");
  await expect(chat.turn).toContainText("The model is busy and asked us to wait");
  await expect(retry(chat)).toHaveText(/Retry in (90|8\d) s/);
  await expect(retry(chat)).toBeDisabled();
  await page.clock.fastForward(91_000);
  await expect(retry(chat)).toHaveText("Retry");
  model.next(events(word("here") + end));
  await retry(chat).click();
  await page.clock.runFor(1000);
  await expect(chat.answer).toHaveText("here");
});

/** Words of both languages for each ending that is not asked again, and what can be done. */
const endings: [string, Script, RegExp, RegExp, { en: string[]; zh: string[] }][] = [
  [
    "R1 a key that is refused",
    json(401, error("x")),
    /127\.0\.0\.1:\d+ does not accept the key.*OPENAI_API_KEY.*Your message is kept\..*· 401 ·/s,
    /127\.0\.0\.1:\d+ 不接受这台服务器的密钥.*OPENAI_API_KEY.*你的消息还在。.*· 401 ·/s,
    { en: ["Retry", "Settings"], zh: ["重试", "设置"] },
  ],
  [
    "R2 no such model",
    json(404, error("x")),
    /There is no such model.*has no model “scripted”/s,
    /找不到这个模型.*没有名为“scripted”的模型/s,
    { en: ["Retry", "Settings"], zh: ["重试", "设置"] },
  ],
  [
    "R2 too long a conversation",
    json(400, error("maximum context length")),
    /too long for this model.*“scripted” cannot take in so much/s,
    /对话太长.*“scripted”装不下/s,
    { en: ["New conversation", "Retry"], zh: ["新对话", "重试"] },
  ],
  [
    "no credit",
    json(402, error("x")),
    /account of this server is used up/,
    /账户额度用完了/,
    { en: ["Retry", "Settings"], zh: ["重试", "设置"] },
  ],
  [
    "a content filter",
    json(400, error("x", "content_filter")),
    /content filter refused the question/,
    /内容过滤不接受这个问题/,
    { en: ["Retry"], zh: ["重试"] },
  ],
  [
    "a region",
    json(403, error("Country, region, or territory not supported")),
    /refused the request.*takes no requests from the country or region/s,
    /拒绝了这次请求.*不接受来自服务器所在国家或地区的请求/s,
    { en: ["Retry"], zh: ["重试"] },
  ],
  [
    "R4 a failure in mid-answer",
    events(`${word("half")}data: {"error":{"code":502}}\n\n`),
    /The model failed.*What was written is kept\./s,
    /模型那边出了故障.*已写出的内容都已保存。/s,
    { en: ["Continue", "Retry"], zh: ["继续写", "重试"] },
  ],
  [
    "R8 a web page",
    { headers: { "content-type": "text/html" }, steps: [{ write: "<html>canary" }] },
    /could not be read.*sent a page or plain text.*OPENAI_BASE_URL/s,
    /看不懂模型的回应.*发来的是网页或普通文字.*OPENAI_BASE_URL/s,
    { en: ["Retry"], zh: ["重试"] },
  ],
  [
    "R7 a cut",
    { steps: [{ write: word("half") }, { wait: 50 }, { reset: true }] },
    /Cut off: the connection to the model broke/,
    /到此截断：回答途中，与模型的连接断了/,
    { en: ["Continue", "Retry"], zh: ["继续写", "重试"] },
  ],
  [
    "R9 an empty answer",
    events(end),
    /could not be read.*asked several times.*no answer/s,
    /看不懂模型的回应.*问了好几次/s,
    { en: ["Retry"], zh: ["重试"] },
  ],
];

for (const language of ["en", "zh"] as const) {
  test(`R1 to R9 each ending has its own words, a number that the log knows, and what can be done: ${language}`, async ({
    page,
    app,
    model,
    context,
  }) => {
    test.setTimeout(90_000);
    await context.addCookies([{ name: "rivulet-lang", value: language, url: app.url }]);
    const broken = watchFaults(page);
    await page.goto(app.url);
    const turn = page.locator("article.turn").last();
    for (const [name, script, english, chinese, actions] of endings) {
      // An empty one is asked for three times more.
      for (let times = name === "R9 an empty answer" ? 4 : 1; times > 0; times -= 1) model.next(script);
      await page.locator("#composer").fill(name);
      await page.locator(".send.go").click();
      await expect(turn, name).toContainText(language === "en" ? english : chinese);
      for (const action of actions[language])
        await expect(
          turn
            .getByRole("button", { name: action, exact: true })
            .or(turn.getByRole("link", { name: action })),
          name,
        ).toBeVisible();
      const strip = turn.locator(".strip");
      if ((await strip.count()) > 0) await checkNumber(strip.locator("p").last().innerText(), app.output);
      const words = (await turn.locator(".strip, .ending").innerText()).replace(
        /127\.0\.0\.1:\d+|OPENAI_\w+|baseURL|scripted|[0-9a-f]{8}-[0-9a-f-]{27}/g,
        "",
      );
      expect(words, name).not.toMatch(language === "zh" ? /[A-Za-z]{2,}/ : /[\u3000-\u9fff]/);
    }
    expect(broken).toEqual([]);
  });
}

/** The number on the page leads to the line of the log with the upstream's status. */
async function checkNumber(shown: Promise<string>, output: () => string): Promise<void> {
  const text = await shown;
  const runId = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? "";
  const line = output()
    .split("\n")
    .find((each) => each.includes("a run failed") && each.includes(runId));
  const status = / · (\d{3}) · /.exec(text)?.[1];
  expect(JSON.parse(line ?? "{}").status).toBe(status === undefined ? undefined : Number(status));
}

for (const [code, words] of [
  ["rate_limited", "Not sent: too many questions in a short time."],
  ["too_many_live", "Not sent: too many of your answers are being written at once."],
  ["budget", "Not sent: what this server may spend on answers is used up"],
] as const) {
  test(`S25 a limit of our own (${code}): words, the time counted down, the text kept; then it goes out`, async ({
    chat,
    model,
  }) => {
    const { page } = chat;
    const calls = model.requests.length;
    await page.route("**/api/conversations/*/runs", (route) =>
      route.fulfill({
        status: 429,
        headers: { "content-type": "application/problem+json", "retry-after": "3" },
        body: JSON.stringify({ status: 429, code, requestId: "r-1", retryAfter: 3 }),
      }),
    );
    await chat.ask("keep me");
    await expect(chat.turn).toContainText(words);
    await expect(chat.turn).toContainText("Request r-1");
    await expect(retry(chat)).toBeDisabled();
    await expect(retry(chat)).toHaveText(/Retry in [123]\.\d s/);
    await page.reload();
    await expect(chat.composer).toHaveValue("keep me");
    await chat.send.click();
    await expect(chat.turn).toContainText(words);
    await page.unroute("**/api/conversations/*/runs");
    model.next(events(word("here") + end));
    await expect(retry(chat)).toHaveText("Retry", { timeout: 10_000 });
    await retry(chat).click();
    await expect(chat.answer).toHaveText("here");
    expect(model.requests.length - calls).toBe(1);
  });
}

test("R30 a tab that is frozen in mid-answer, and one that is restored from history: the whole text, once", async ({
  chat,
  model,
  context,
}) => {
  const { page } = chat;
  const leave: [string, (finish: () => void) => Promise<void>][] = [
    [
      "frozen",
      async (finish) => {
        const tools = await context.newCDPSession(page);
        await tools.send("Page.setWebLifecycleState", { state: "frozen" });
        finish();
        await tools.send("Page.setWebLifecycleState", { state: "active" });
        await tools.detach();
      },
    ],
    [
      "gone back to",
      async (finish) => {
        await page.goto("about:blank");
        finish();
        await page.goBack();
      },
    ],
  ];
  for (const [name, leaveAndReturn] of leave) {
    const hold = gate();
    model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
    await chat.ask(name);
    await expect(chat.answer).toHaveText("one");
    await leaveAndReturn(hold.open);
    await expect(chat.answer).toHaveText("one two", { timeout: 20_000 });
    await chat.finished();
  }
  await expect(page.locator("article.turn")).toHaveCount(2);
});

test("R40 a browser that stores nothing: asking works, and that no draft is kept is said", async ({
  page,
  app,
  model,
}) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("quota", "QuotaExceededError");
    };
    Storage.prototype.setItem = refuse;
  });
  const broken = watchFaults(page);
  await page.goto(app.url);
  const chat = chatOf(page, app.url);
  model.next(events(word("here") + end));
  await chat.ask("go");
  await expect(chat.answer).toHaveText("here");
  await chat.composer.pressSequentially("draft");
  await expect(page.locator("#composer-note")).toContainText("This browser keeps no drafts");
  expect(broken).toEqual([]);
});

test("R40 a browser that takes no cookies and stores nothing says so, and keeps the text on the page", async ({
  app,
  model,
}) => {
  const calls = model.requests.length;
  const profile = mkdtempSync(join(tmpdir(), "rivulet-profile-"));
  const setting = { profile: { default_content_setting_values: { cookies: 2 } } };
  await mkdir(join(profile, "Default"), { recursive: true });
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(setting));
  const executablePath = findChromium();
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath && { executablePath }),
    args: ["--no-sandbox"],
  });
  try {
    const page = await context.newPage();
    await page.goto(app.url);
    const chat = chatOf(page, app.url);
    await chat.ask("keep me");
    await expect(chat.turn).toContainText("this browser keeps no cookies for this address");
    await chat.turn.getByRole("button", { name: "Edit" }).click();
    await expect(chat.composer).toHaveValue("keep me");
    expect(model.requests.length).toBe(calls);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
});

for (const days of [-1, 1]) {
  test(`R35 a reader's clock that is wrong by ${days} day: nothing is from the future, no time is negative, and waits end`, async ({
    page,
    app,
    model,
  }) => {
    await page.addInitScript((ms) => {
      const now = Date.now;
      Date.now = () => now() + ms;
    }, days * 86_400_000);
    const broken = watchFaults(page);
    await page.goto(app.url);
    const chat = chatOf(page, app.url);
    model.next(busy(2));
    model.next(events(word("here") + end));
    await chat.ask("go");
    await expect(chat.answer).toHaveText("here", { timeout: 20_000 });
    await chat.finished();
    await expectNoNegative(page);
    await page.reload();
    await expect(chat.answer).toHaveText("here");
    await expectNoNegative(page);
    expect(broken).toEqual([]);
  });
}

const expectNoNegative = async (page: Page): Promise<void> =>
  expect(await page.locator("body").innerText()).not.toMatch(/[-−]\d|NaN|Infinity/);

test("an answer that fails once the server has another build of the page: why, and what can be done, are shown", async ({
  chat,
  model,
}) => {
  const { page, turn } = chat;
  const scripts = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  const before = new Set(await scripts());
  const hold = gate();
  const failure = `data: ${JSON.stringify(error("overloaded", "server_error"))}\n\n`;
  model.next({ steps: [{ write: word("some ") }, { until: hold.promise }, { write: failure }] });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("some");
  const isScript = (name: string) => name.endsWith(".js") && !before.has(name);
  await expect.poll(async () => (await scripts()).filter(isScript).length).toBeGreaterThanOrEqual(2);
  await page.route("**/_next/static/**", (route) => route.abort());
  hold.open();
  await expect(retry(chat)).toBeVisible();
  await expect(turn.locator("section.strip")).toContainText("failed");
});

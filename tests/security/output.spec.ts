import { expect } from "../e2e/fixtures.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks, toolCall } from "../support/chat-chunks.ts";
import { startMcpServer } from "../support/mcp-http-server.ts";
import { json, type Step } from "../support/scripted-model-server.ts";
import { actAs, batches, spoken, test, watch } from "./browser.ts";
import { xssCorpus } from "./xss-corpus.ts";

test("S30 the corpus has 250 strings of its classes, all different", async ({ evil }) => {
  const corpus = xssCorpus(evil.host);
  expect(new Set(corpus).size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThanOrEqual(250);
});

for (const bypassCSP of [false, true]) {
  const how = bypassCSP ? "with the content policy off" : "with the content policy on";
  test(`S30 S32 S38 S39 no string runs or asks as question, answer, thought or title, ${how}`, async ({
    browser,
    app,
    model,
    evil,
  }) => {
    test.setTimeout(90_000);
    const client = await apiClient(app.url);
    const conversations: string[] = [];
    for (const strings of batches(xssCorpus(evil.host), 120)) {
      const text = strings.join("\n\n");
      model.next(spoken(text));
      const asked = await client.ask(text);
      await asked.response.text();
      conversations.push(asked.conversationId);
    }
    await giveTitles(client, conversations, xssCorpus(evil.host));
    const context = await browser.newContext({ bypassCSP });
    await actAs(context, client, app.url);
    const before = evil.seen.length;
    for (const id of conversations) {
      const page = await context.newPage();
      const watched = await watch(page, app.url);
      await page.goto(`${app.url}/c/${id}`);
      await page
        .getByRole("button", { name: /^Thought/ })
        .first()
        .click();
      await expect(page.locator(".thought").first()).toContainText("alert(1)");
      await page.evaluate(() => {
        for (const link of document.querySelectorAll(".prose :is(a, button)"))
          for (const kind of ["mouseover", "pointerenter", "focus"])
            link.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
      });
      await page.getByRole("textbox", { name: "Write a message" }).fill(String(xssCorpus(evil.host)[0]));
      expect(await watched.faults()).toEqual([]);
      expect(watched.requests).toEqual([]);
      await page.close();
    }
    expect(evil.seen.length).toBe(before);
    await context.close();
  });
}

/**
 * As many strings as fit, in one line each; every conversation has its own in the list and in its heading.
 */
async function giveTitles(
  client: ApiClient,
  conversations: readonly string[],
  corpus: readonly string[],
): Promise<void> {
  const lines = corpus.filter((text) => text.length <= 190 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));
  for (const [at, id] of conversations.entries()) {
    const init = {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title: lines[at * 7] }),
    };
    expect((await client.request(`/api/conversations/${id}`, init)).status).toBe(200);
  }
}

test("S30 every title of the corpus is words in the list", async ({ browser, app, model, evil }) => {
  const client = await apiClient(app.url);
  const lines = xssCorpus(evil.host).filter(
    (text) => text.length <= 90 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text),
  );
  const titles = batches(lines, 2)
    .map((two) => two.join(" "))
    .slice(0, 30);
  for (const title of titles) {
    model.next(spoken("ok"));
    const { response, conversationId } = await client.ask("a question");
    await response.text();
    const init = {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title }),
    };
    await client.request(`/api/conversations/${conversationId}`, init);
  }
  const context = await browser.newContext({ bypassCSP: true });
  await actAs(context, client, app.url);
  const page = await context.newPage();
  const watched = await watch(page, app.url);
  await page.goto(app.url);
  await expect(page.locator("[data-line]")).toHaveCount(titles.length);
  expect(await watched.faults()).toEqual([]);
  expect(watched.requests).toEqual([]);
  await context.close();
});

test("S30 S38 a sample is drawn at every split point, live, and nothing runs or asks", async ({
  browser,
  app,
  model,
  evil,
}) => {
  test.setTimeout(60_000);
  const corpus = xssCorpus(evil.host);
  const sample = corpus
    .filter((_, at) => at % 60 === 5)
    .concat(`![x](http://${evil.host}/?q=S)`, "[a](javascript:alert(1))");
  const context = await browser.newContext({ bypassCSP: true });
  const before = evil.seen.length;
  await Promise.all(
    batches(sample, Math.ceil(sample.length / 3)).map(async (strings) => {
      const page = await context.newPage();
      const watched = await watch(page, app.url);
      await page.goto(app.url);
      // Longer than deltas are coalesced for, so that each character is drawn by itself.
      const steps = [...strings.join("\n\n")].flatMap((character): Step[] => [
        { write: sse(textChunks(character)) },
        { wait: 30 },
      ]);
      model.next({ steps: [...steps, { write: sse(finish()) + done }] });
      await page.getByRole("textbox", { name: "Write a message" }).fill("stream");
      await page.getByRole("button", { name: "Send" }).click();
      await expect(
        page.getByText("first token").or(page.locator(".ending:not(.unended) .facts")).first(),
      ).toBeVisible({ timeout: 45_000 });
      expect(await watched.faults()).toEqual([]);
      expect(watched.requests).toEqual([]);
    }),
  );
  expect(evil.seen.length).toBe(before);
  await context.close();
});

test("S30 a model's name and the detail of an error are words, wherever they stand", async ({
  browser,
  model,
}) => {
  const name = `<img src=x onerror=alert(1)>"><script>alert(1)</script>`;
  const app = await startAppServer({ env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: name } });
  try {
    const client = await apiClient(app.url);
    const context = await browser.newContext({ bypassCSP: true });
    await actAs(context, client, app.url);
    const page = await context.newPage();
    const watched = await watch(page, app.url);
    model.next(json(404, { error: { message: name } }));
    const { response, conversationId } = await client.ask("which model?");
    await response.text();
    await page.goto(`${app.url}/c/${conversationId}`);
    await expect(page.locator(".strip")).toContainText(name);
    for (const path of ["/", "/settings"]) {
      await page.goto(app.url + path);
      await expect(page.getByText(name).first()).toBeVisible();
      expect(await watched.faults()).toEqual([]);
    }
    expect(watched.requests).toEqual([]);
    await context.close();
  } finally {
    await app.stop();
  }
});

test("S30 S38 a tool's name, arguments, output and error are words, folded and unfolded", async ({
  browser,
  model,
  evil,
}) => {
  test.setTimeout(90_000);
  const tools = await startMcpServer("modern");
  const app = await startAppServer({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      MCP_SERVERS: JSON.stringify([{ name: "web", url: tools.url, effects: { echo: "read" } }]),
    },
  });
  try {
    const client = await apiClient(app.url);
    const corpus = xssCorpus(evil.host);
    const spokenTo = batches(corpus, 60).map((strings, at) =>
      toolCall(at, `echo-${at}`, "web__echo", JSON.stringify({ text: strings.join("\n") })),
    );
    const named = corpus
      .filter((_, at) => at % 25 === 3)
      .map((name, at) =>
        toolCall(spokenTo.length + at, `named-${at}`, name, JSON.stringify({ [name]: name })),
      );
    const calls = sse(...spokenTo, ...named, finish("tool_calls")) + done;
    model.next({ steps: [{ write: calls }] });
    model.next(spoken("ok"));
    const { response, conversationId } = await client.ask("which tools?");
    expect(await response.text()).toContain('"type":"tool-output-error"');
    expect(tools.world.calls).toHaveLength(spokenTo.length);
    const context = await browser.newContext({ bypassCSP: true });
    await actAs(context, client, app.url);
    const before = evil.seen.length;
    const page = await context.newPage();
    const watched = await watch(page, app.url);
    await page.goto(`${app.url}/c/${conversationId}`);
    const folded = page.locator('.tool[aria-expanded="false"]:enabled');
    await expect(folded.first()).toBeVisible();
    while ((await folded.count()) > 0) await folded.first().click();
    const cut = page.locator(".unfolded .more");
    while ((await cut.count()) > 0) await cut.first().click();
    // Its arguments and its output, of each call.
    await expect(page.locator(".unfolded .io", { hasText: "alert(1)" })).not.toHaveCount(0);
    expect(await page.locator(".unfolded .io").count()).toBeGreaterThanOrEqual(2 * spokenTo.length);
    expect(await watched.faults()).toEqual([]);
    expect(watched.requests).toEqual([]);
    expect(evil.seen.length).toBe(before);
    await context.close();
  } finally {
    await app.stop();
    await tools.close();
  }
});
test("S30 S38 share page, export and inspector", async () => {
  test.skip(true, "share, export and the inspector are not built yet");
});

/**
 * Puts everything into the page that asks for something by itself, as a renderer with a hole would. But no
 * script that our own script makes: 'strict-dynamic' trusts it, and Next needs that.
 */
const inject = (host: string) => {
  const foreign = (path: string) => `http://${host}/${path}`;
  const add = (tag: string, attributes: Record<string, string>, parent: Element = document.body) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    parent.append(element);
    return element;
  };
  add("img", { src: foreign("img") });
  add("img", { srcset: `${foreign("srcset")} 1x` });
  const picture = document.createElement("picture");
  add("source", { srcset: foreign("picture") }, picture);
  add("img", {}, picture);
  document.body.append(picture);
  add("div", { style: `width:9px;height:9px;background:url(${foreign("css-attribute")})` }).textContent = "x";
  add("div", {}).style.backgroundImage = `url(${foreign("css-object")})`;
  add("style", {}).textContent = `body{background:url(${foreign("css-sheet")})}`;
  for (const [rel, as] of [
    ["stylesheet", ""],
    ["preload", "image"],
    ["prefetch", ""],
    ["icon", ""],
    ["manifest", ""],
  ] as const)
    add("link", { rel, ...(as && { as }), href: foreign(rel) }, document.head);
  add("iframe", { src: foreign("iframe") });
  add("object", { data: foreign("object") });
  add("embed", { src: foreign("embed") });
  add("video", { src: foreign("video"), poster: foreign("poster") });
  add("audio", { src: foreign("audio") });
  add("input", { type: "image", src: foreign("input") });
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
  image.setAttribute("href", foreign("svg"));
  drawing.append(image);
  document.body.append(drawing);
  void fetch(foreign("fetch"), { mode: "no-cors" }).catch(() => undefined);
  navigator.sendBeacon(foreign("beacon"), "x");
  new EventSource(foreign("events"));
  const form = add("form", { action: foreign("form"), target: "_blank" });
  if (form instanceof HTMLFormElement) form.submit();
};

test("S39 the policy alone stops every request of a renderer with a hole", async ({ browser, app, evil }) => {
  for (const bypassCSP of [true, false]) {
    const context = await browser.newContext({ bypassCSP });
    const page = await context.newPage();
    await page.goto(app.url);
    const before = evil.seen.length;
    await page.evaluate(inject, evil.host);
    if (bypassCSP) {
      // That they would all go out is what makes it worth anything that none does.
      await expect
        .poll(() => new Set(evil.seen.slice(before).map(({ path }) => path)).size)
        .toBeGreaterThan(12);
    } else {
      await page.evaluate(() => fetch("/api/health").then((response) => response.text()));
      await page.waitForLoadState("networkidle");
      expect(evil.seen.slice(before)).toEqual([]);
    }
    await context.close();
  }
});

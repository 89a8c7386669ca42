import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, toolCall } from "../support/chat-chunks.ts";
import { events, type Script } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { test as base, type Chat, chatOf, expect, watchFaults } from "./fixtures.ts";
import { languagePictures } from "./theme-pictures.ts";

/** Set to have a picture of each state, in both languages, themes and widths. */
const takesPictures = process.env["RIVULET_PICTURES"] === "1";

const purr = `<html lang="en"><head><title>Why cats purr</title><meta name="author" content="Ann Author"></head><body>
<article><h1>Why cats purr</h1>
<p>${"A cat purrs when it is at ease, and also when it is not. ".repeat(6)}</p></article></body></html>`;

interface Site {
  app: AppServer;
  /** Where the pages lie: one that may be read, and one that never comes. */
  host: string;
}

const test = base.extend<object, { site: Site }>({
  site: [
    async ({ model, store }, use) => {
      const web = createServer((request, response) => {
        const isSearch = request.url?.startsWith("/search") ?? false;
        const found = {
          url: `http://${host}/purr`,
          title: "Why cats purr",
          content: "At ease, and when not.",
        };
        const other = {
          url: "https://cats.example/sleep",
          title: "How long cats sleep",
          content: "Very long.",
        };
        const type = isSearch ? "application/json" : "text/html";
        const body = isSearch ? JSON.stringify({ results: [found, other] }) : purr;
        if (request.url !== "/slow") response.writeHead(200, { "content-type": type }).end(body);
      });
      await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
      // Cast: it listens on a port.
      const host = `127.0.0.1:${(web.address() as AddressInfo).port}`;
      const hosted = { id: "hosted", baseURL: model.url, wire: "messages", webSearch: true };
      const app = await startAppServer({
        env: {
          ...store.newStore(),
          RIVULET_MODELS: JSON.stringify([{ id: "scripted", baseURL: model.url }, hosted]),
          ...{ SEARXNG_URL: `http://${host}`, PAGE_HOSTS: host, TOOL_APPROVALS: '{"search_web": "allow"}' },
        },
      });
      await use({ app, host });
      await app.stop();
      web.closeAllConnections();
      web.close();
    },
    { scope: "worker" },
  ],
});

const calls = (name: string, input: object): Script =>
  events(sse(toolCall(0, name, name, JSON.stringify(input)), finish("tool_calls")) + done);

const approve = (chat: Chat) =>
  chat.page.getByRole("button", { name: "Approve once" }).click({ timeout: 20_000 });

test("a page is read once the person says so, stands on its card, and is cited by links that show where they lead", async ({
  site: { app, host },
  model,
  page: tab,
}, info) => {
  test.skip(info.project.name === "phone", "its width is looked at on the desktop");
  test.setTimeout(90_000);
  const faults = watchFaults(tab);
  const chat = chatOf(tab, app.url);
  model.next(calls("search_web", { query: "why do cats purr" }));
  model.next(calls("read_page", { url: `http://${host}/purr` }));
  model.next(events(answer("At ease, and when they are not [1]. They are not lions [9].")));
  await tab.goto(app.url);
  await chat.ask("Why do cats purr?");
  await approve(chat);
  await chat.finished();
  // What cites no source is left as it is.
  await expect(chat.answer.last()).toContainText("They are not lions [9].");
  const sources = chat.turn.locator(".sources");
  await expect(sources.getByRole("button", { name: "Why cats purr" })).toBeVisible();
  await expect(sources.locator("summary")).toHaveText("1 more that were read");
  await chat.answer.last().locator(".cite button").click();
  await expect(tab.getByRole("dialog")).toContainText(`http://${host}/purr`);
  await tab.keyboard.press("Escape");
  await tab.getByRole("button", { name: /search_web/ }).click();
  await tab.getByRole("button", { name: /read_page/ }).click();
  await expect(chat.turn.locator(".found.web").first()).toContainText("How long cats sleep");
  await expect(chat.turn.locator("pre.io").last()).toContainText("A cat purrs when it is at ease");
  await tab.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(tab, "pages of the web");
  await tab.reload();
  await expect(chat.answer.last().locator(".cite button")).toHaveText("1");
  expect(faults).toEqual([]);
});

test("each state of the web tools has a picture", async ({ site, model, page: tab, browser }, info) => {
  test.skip(!takesPictures, "RIVULET_PICTURES is not set");
  test.setTimeout(300_000);
  const { app, host } = site;
  const chat = chatOf(tab, app.url);
  const begin = async (question: string, ...scripts: readonly Script[]) => {
    for (const script of scripts) model.next(script);
    await tab.goto(app.url);
    await chat.ask(question);
  };
  const open = async (page: typeof tab) => {
    for (const row of await page.locator('button.tool[aria-expanded="false"]').all()) await row.click();
  };
  const picture = (name: string, shown: string) =>
    languagePictures(tab, `web-${name}`, {
      ...{ browser, info },
      ready: async (chinese) => {
        await expect(chinese.locator(shown).first()).toBeVisible();
        await open(chinese);
      },
    });

  const slow = answer("The page did not come in time, so I cannot say what is on it.");
  await begin("Read the slow page", calls("read_page", { url: `http://${host}/slow` }), events(slow));
  await expect(tab.getByRole("button", { name: "Approve once" })).toBeVisible({ timeout: 20_000 });
  await picture("1-asks", ".btn.ask");
  await approve(chat);
  await expect(tab.getByRole("button", { name: "Approve once" })).toBeHidden();
  await picture("2-reads", ".tool");
  // It never comes.
  await chat.finished();
  await open(tab);
  await picture("3-failed", ".tool");

  const purring = answer("A cat purrs when it is at ease, and also when it is not [1].");
  await begin("Read the page", calls("read_page", { url: `http://${host}/purr` }), events(purring));
  await approve(chat);
  await chat.finished();
  await open(tab);
  await picture("4-read", ".sources");

  await begin(
    "Why do cats purr?",
    calls("search_web", { query: "why do cats purr" }),
    events(answer("At ease, and when they are not [1]. They sleep very long [2].")),
  );
  await chat.finished();
  await open(tab);
  await picture("5-found", ".sources");

  model.next(events(hostedSearch));
  await tab.goto(app.url);
  await tab.locator(".model-menu:not(.agent-menu) > button").click();
  await tab.getByRole("option", { name: /hosted/ }).click();
  await chat.ask("What is new about cats?");
  await chat.finished();
  await open(tab);
  await picture("6-provider", ".sources");
});

const block = (
  index: number,
  start: object,
  ...deltas: object[]
): { type: string; [field: string]: unknown }[] => [
  { type: "content_block_start", index, content_block: start },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];
const news = { url: "https://cats.example/news", title: "News of cats" };

/** An answer on the Messages wire, whose provider has searched the web for it. */
const hostedSearch = [
  { type: "message_start", message: { id: "m", role: "assistant", content: [] } },
  ...block(
    0,
    { type: "server_tool_use", id: "srv_1", name: "web_search", input: {} },
    { type: "input_json_delta", partial_json: '{"query": "news of cats"}' },
  ),
  ...block(1, {
    ...{ type: "web_search_tool_result", tool_use_id: "srv_1" },
    content: [
      { type: "web_search_result", ...news, encrypted_content: "x" },
      {
        type: "web_search_result",
        url: "https://cats.example/old",
        title: "Old cats",
        encrypted_content: "y",
      },
    ],
  }),
  ...block(
    2,
    { type: "text", text: "", citations: [] },
    { type: "citations_delta", citation: { type: "web_search_result_location", ...news, cited_text: "c" } },
    { type: "text_delta", text: "They were counted anew this year." },
  ),
  { type: "message_delta", delta: { stop_reason: "end_turn" } },
  { type: "message_stop" },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join("");

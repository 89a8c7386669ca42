import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, toolCall } from "../support/chat-chunks.ts";
import { events } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { chatOf, expect, test, watchFaults } from "./fixtures.ts";
import { languagePictures } from "./theme-pictures.ts";

const page = `<html lang="en"><head><title>Why cats purr</title></head><body><article><h1>Why cats purr</h1>
<p>${"A cat purrs when it is at ease, and also when it is not. ".repeat(6)}</p></article></body></html>`;

test("a page is read once the person says so, stands on its card, and is cited by links that show where they lead", async ({
  browser,
  model,
  store,
  page: tab,
}, info) => {
  test.setTimeout(90_000);
  const web = createServer((request, response) => {
    const isSearch = request.url?.startsWith("/search") ?? false;
    const found = { url: `http://${host}/purr`, title: "Why cats purr", content: "At ease, and when not." };
    const other = { url: "https://cats.example/sleep", title: "How long cats sleep", content: "Very long." };
    response
      .writeHead(200, { "content-type": isSearch ? "application/json" : "text/html" })
      .end(isSearch ? JSON.stringify({ results: [found, other] }) : page);
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  // Cast: it listens on a port.
  const host = `127.0.0.1:${(web.address() as AddressInfo).port}`;
  const app = await startAppServer({
    env: {
      ...store.newStore(),
      ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" },
      ...{ SEARXNG_URL: `http://${host}`, PAGE_HOSTS: host, TOOL_APPROVALS: '{"search_web": "allow"}' },
    },
  });
  const calls = (name: string, input: object) =>
    events(sse(toolCall(0, name, name, JSON.stringify(input)), finish("tool_calls")) + done);
  try {
    const faults = watchFaults(tab);
    const chat = chatOf(tab, app.url);
    model.next(calls("search_web", { query: "why do cats purr" }));
    model.next(calls("read_page", { url: `http://${host}/purr` }));
    model.next(events(answer("At ease, and when they are not [1]. They are not lions [9].")));
    await tab.goto(app.url);
    await chat.ask("Why do cats purr?");
    await tab.getByRole("button", { name: "Approve once" }).click({ timeout: 20_000 });
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
    await expectAccessible(tab, "pages of the web");
    await languagePictures(tab, "web", {
      ...{ browser, info },
      ready: (chinese) => expect(chinese.locator(".sources")).toBeVisible(),
    });
    await tab.reload();
    await expect(chat.answer.last().locator(".cite button")).toHaveText("1");
    expect(faults).toEqual([]);
  } finally {
    await app.stop();
    web.closeAllConnections();
    web.close();
  }
});

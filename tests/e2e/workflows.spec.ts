import type { Browser, Locator, Page, TestInfo } from "@playwright/test";
import { sse, textChunks } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events, json, type RecordedRequest, type Script } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { end, expect, test, word } from "./fixtures.ts";
import { languagePictures, themePictures } from "./theme-pictures.ts";

/*
 * The workflows that are shipped, on the page: their drawing before a run, and lit by one. The model is a
 * script.
 */

/** Set to have a picture of each moment, in both languages and themes. */
const takesPictures = process.env["RIVULET_PICTURES"] === "1";

const node = (page: Page, step: string): Locator =>
  page.locator(".wf-node").filter({ has: page.locator("b", { hasText: new RegExp(`^${step}$`) }) });
const lit = (page: Page, look: "on" | "now"): Promise<string[]> =>
  page
    .locator(`.wf-event.${look}`)
    .evaluateAll((names) => names.map(({ textContent }) => textContent ?? "").toSorted());
/** Nothing, unless pictures are wanted. `shows`: what is there once the page is. */
const picturesOf =
  (page: Page, browser: Browser, info: TestInfo) =>
  async (name: string, of: Page = page, shows = ".wf-node"): Promise<void> => {
    if (!takesPictures) return;
    const ready = async (chinese: Page) => expect(chinese.locator(shows).first()).toBeVisible();
    await languagePictures(of, `workflow-${name}`, { browser, info, ready });
  };

const asked = ({ body }: RecordedRequest): string => JSON.stringify(body);
const says = (text: string): Script => events(sse(textChunks(text)), end);

test("a workflow with a loop and a person: drawn before it runs, lit while it does, on its own page too; it waits for a word, and ends", async ({
  chat,
  model,
  app,
  browser,
}, info) => {
  test.skip(info.project.name === "phone" && !takesPictures, "what is shown does not depend on the width");
  test.setTimeout(takesPictures ? 180_000 : 60_000);
  const { page } = chat;
  const picture = picturesOf(page, browser, info);
  const writing = gate();
  model.next({ steps: [{ write: word("A first draft.") }, { until: writing.promise }, { write: end }] });
  model.next(says(JSON.stringify({ isAccepted: false, notes: "Say less." })));
  model.next(says("Shorter."));
  model.next(says(JSON.stringify({ isAccepted: true, notes: "" })));

  await page.goto(`${app.url}/workflows/write-with-review`);
  await expect(page.getByText("It has not run yet.")).toBeVisible();
  await expect(page.locator(".wf-node")).toHaveText([/not begun/, /not begun/, /not begun/]);
  await expect(page.locator(".wf ol li").first()).toHaveText(
    /^write: not begun\. Takes brief, revision\. Sends draft\.$/,
  );
  await node(page, "judge").focus();
  // A page that is not yet hydrated takes no key.
  await expect(async () => {
    await page.keyboard.press("Enter");
    await expect(page.locator(".wf-facts")).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.locator(".wf-facts")).toContainText("Sendsrevision, finished-draft");
  await expectAccessible(page, "a workflow that has not run");
  await picture("before");
  await page.keyboard.press("Enter");
  await expect(page.locator(".wf-facts")).toHaveCount(0);

  await page.getByRole("button", { name: "Ask it" }).click();
  await expect(page.locator(".agent-menu > button")).toContainText("write-with-review");
  await chat.ask("A text about rain");
  await expect(node(page, "write")).toContainText("running");
  await expect.poll(() => lit(page, "now")).toEqual(["brief"]);
  await picture("live");
  const beside = await page.context().newPage();
  // Before any script: the newest run stands in the page as it comes.
  const sent = await page.request.get(`${app.url}/workflows/write-with-review`);
  expect((await sent.text()).replaceAll("<!-- -->", "")).toContain("write: running");
  await beside.goto(`${app.url}/workflows/write-with-review`);
  await expect(node(beside, "write")).toContainText("running");

  writing.open();
  await expect(node(page, "ask")).toContainText("waits");
  for (const shown of [page, beside]) {
    await expect(node(shown, "write")).toContainText("done · 2/2");
    await expect.poll(() => lit(shown, "on")).toEqual(["brief", "draft ×2", "revision"]);
    await expect.poll(() => lit(shown, "now")).toEqual(["finished-draft"]);
  }
  await expectAccessible(page, "a workflow that waits");
  await picture("waits");
  await picture("page-waits", beside);
  await page.getByRole("link", { name: "How it was made" }).first().click();
  const header = page.locator(".insp header");
  await expect(header).toContainText("waits for an event");
  await expect(page.locator(".ev .nm").filter({ hasText: "Round" })).toHaveText([
    "Round · 1/3",
    "Round · 2/3",
  ]);
  await expectAccessible(page, "the inspector of a workflow that waits");
  await picture("inspector-waits", page, ".ev");
  await page.goBack();

  await page.getByRole("radio", { name: "Yes" }).check();
  await page.getByRole("button", { name: "Answer", exact: true }).click();
  await chat.finished();
  await expect(node(page, "ask")).toContainText("done");
  await expect(node(beside, "ask")).toContainText("done");
  await expect.poll(() => lit(beside, "now")).toEqual([]);
  await picture("done", page, ".row.ending");
  await page.reload();
  const row = page.locator(".row", { hasText: "write-with-review" }).first();
  await expect(row).toContainText("3 of 3 steps done");
  await row.getByRole("button", { name: /write-with-review/ }).click();
  await expect(node(page, "judge")).toContainText("done · 2/2");
  await page.getByRole("link", { name: "How it was made" }).first().click();
  await expect(header).toContainText("finished, ");
  // What each agent was sent, as it was: the hash says so.
  const position = page.getByRole("slider", { name: "Replay position" });
  await page.getByRole("tab", { name: "Prompt" }).click();
  await expect(page.locator(".insp .io").nth(1)).toContainText("The brief:");
  await expect(page.locator(".insp .sent .mark")).toHaveCount(0);
  if (takesPictures) await themePictures(page, `workflow-inspector-prompt.en.${info.project.name}`);
  await page.getByRole("tab", { name: "Graph" }).click();
  if (takesPictures) await themePictures(page, `workflow-inspector-graph.en.${info.project.name}`);
  await position.press("Home");
  await expect(node(page, "write")).toContainText("not begun");
  await beside.close();
});

test("a workflow that fans out counts its parts, and one that fails says where", async ({
  chat,
  model,
  browser,
}, info) => {
  test.skip(info.project.name === "phone" && !takesPictures, "what is shown does not depend on the width");
  test.setTimeout(takesPictures ? 180_000 : 60_000);
  const { page } = chat;
  const picture = picturesOf(page, browser, info);
  const parts = 4;
  const held = gate();
  const joining = gate();
  model.script((request) => {
    if (!asked(request).includes("one part of a longer document"))
      return {
        headersFirst: false,
        steps: [{ until: joining.promise }, { write: word("All of it.") }, { write: end }],
      };
    const isHeld = asked(request).includes("Part 4 of 4");
    return {
      steps: [...(isHeld ? [{ until: held.promise }] : []), { write: word("A summary.") }, { write: end }],
    };
  });
  await page.locator(".agent-menu > button").click();
  await page.locator(".agent-menu .popover").getByText("summarise-document", { exact: true }).click();
  const chapter = (n: number) => `Chapter ${n + 1}. ${"Words and words. ".repeat(170)}`;
  await chat.ask(Array.from({ length: parts }, (_, n) => chapter(n)).join("\n\n"));
  await expect(node(page, "summarise")).toContainText("running · 3/4");
  await expect(page.locator(".meter")).toHaveAttribute("aria-label", "3 of 4");
  await expect.poll(() => lit(page, "now")).toEqual(["part ×4"]);
  await picture("fan-live");
  held.open();
  await expect(node(page, "join")).toContainText("running");
  model.script(json(400, { error: { message: "no" } }));
  joining.open();
  await chat.finished();
  await picture("fan-done", page, ".row.ending");
  await page.goto(new URL("/", page.url()).href);
  await page.locator(".agent-menu > button").click();
  await page.locator(".agent-menu .popover").getByText("summarise-document", { exact: true }).click();
  await chat.ask("A short document.");
  const row = page.locator(".row", { hasText: "summarise-document" });
  await expect(row).toContainText("failed", { timeout: 20_000 });
  await expect(node(page, "join")).toContainText("not begun");
  await picture("fan-failed", page, ".row");
  await page.getByRole("link", { name: "How it was made" }).first().click();
  await expect(page.locator(".insp header")).toContainText("failed, ");
  await picture("inspector-failed", page, ".ev");
});

import type { Locator, Page } from "@playwright/test";
import type { EventBody } from "#lib/protocol/run-event.ts";
import {
  agentInput,
  finishStep,
  reasoningDelta,
  reasoningEnd,
  reasoningStart,
  startStep,
  textDelta,
  textEnd,
  textStart,
  toolOutputAvailable,
  toolStart,
  workflowEvent,
  workflowStart,
  workflowStep,
} from "../support/event-bodies.ts";
import type { WrittenRun } from "../support/written-run.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { expect } from "./fixtures.ts";
import { languagePictures } from "./theme-pictures.ts";
import { call, test } from "./written-page.ts";

const takesPictures = process.env["RIVULET_PICTURES"] === "1";

const pane = (page: Page): Locator => page.locator(".insp");
/** Without pauses: a busy machine makes some. */
const lines = (page: Page): Locator =>
  pane(page).locator(".ev .nm").filter({ hasNotText: "Nothing was written" });
const position = (page: Page): Locator => pane(page).getByRole("slider", { name: "Replay position" });
/** On a phone the page is one of the tabs. */
async function openPage(page: Page): Promise<Locator> {
  const tab = pane(page).getByRole("tab", { name: "Page" });
  if (await tab.count()) await tab.click();
  return page.locator(".replayed");
}

/** What is written in eleven events, and goes on. */
async function writeAnswer(run: WrittenRun): Promise<void> {
  await run.write(
    ...[startStep("s1"), reasoningStart("r", "s1"), reasoningDelta("Let me look.", "r"), reasoningEnd("r")],
    ...call("c", "search", { query: "rain" }, "s1"),
    ...[toolStart("c"), toolOutputAvailable("c", "It rains."), finishStep("tool-calls", "s1")],
    ...[startStep("s2", 1), textStart("t", "s2"), textDelta("Take an ", "t")],
  );
}

test("a live run is seen as it was at any event, played, filtered, and forked in the middle of its answer", async ({
  written,
  page,
}) => {
  const run = await written.begin("Do I need an umbrella?");
  await writeAnswer(run);
  await expect(page.locator(".prose")).toHaveText("Take an");
  await page.getByRole("link", { name: "How it was made" }).first().click();
  await expect(page).toHaveURL(
    `/c/${run.conversationId}/run/${run.runId}`.replace(/^/, new URL(page.url()).origin),
  );
  await expect(lines(page)).toHaveText([
    "Start, assistant",
    "Step of assistant",
    "Thought",
    "search",
    "Step of assistant",
    "Text",
  ]);
  await expect(pane(page)).toContainText("being written");

  await lines(page).nth(3).click();
  await expect(position(page)).toHaveAttribute("aria-valuenow", "6");
  await expect(pane(page)).toContainText("tool-input-start, seq 6 of 14");
  const replayed = await openPage(page);
  await expect(replayed.locator(".tool")).toContainText("search");
  await expect(replayed.locator(".prose")).toHaveCount(0);
  await position(page).press("End");
  await expect(replayed.locator(".prose")).toHaveText("Take an");
  // What is written while it is looked at is seen, as long as the newest event is.
  await run.write(textDelta("umbrella", "t"));
  await expect(replayed.locator(".prose")).toHaveText("Take an umbrella");
  await position(page).press("ArrowLeft");
  await expect(replayed.locator(".prose")).toHaveText("Take an");
  await run.finish(textDelta(".", "t"), textEnd("t"), finishStep("stop", "s2"));
  await expect(position(page)).toHaveAttribute("aria-valuemax", "19");
  await expect(replayed.locator(".prose")).toHaveText("Take an");

  await pane(page).getByRole("tab", { name: "Raw" }).click();
  await pane(page).getByRole("searchbox").fill("umbrella");
  await expect(pane(page).locator(".raw code")).toHaveText(["text-delta"]);
  await pane(page).locator("button.raw").click();
  await expect(pane(page).locator(".json")).toContainText('"delta": "umbrella"');

  await pane(page).getByRole("button", { name: "Go on from here" }).click();
  await expect(page).toHaveURL(/\/c\/[^/]+$/);
  await expect(page.locator(".prose")).toHaveText("Take an umbrella");
  await expect(page.getByText("The conversation goes on from here")).toBeVisible();
  await expect(page.getByRole("button", { name: "Go on from here" })).toBeVisible();
  expect(page.url()).not.toContain(run.conversationId);
  await page.goBack();
  await expect(lines(page).last()).toHaveText("Finished");
  await expect(pane(page).locator("header")).toContainText("finished, ");
  // A tick leads to where it begins in the log.
  await page.goto(`${new URL(page.url()).origin}/c/${run.conversationId}`);
  await page
    .locator(".row", { has: page.locator(".tool") })
    .locator(".tick-link")
    .click();
  await expect(position(page)).toHaveAttribute("aria-valuenow", "6");
  await page.goBack();
  await page.locator(".row.ending .tick-link").click();
  await expect(position(page)).toHaveAttribute("aria-valuenow", "19");
});

test("the inspector is used by keyboard, has no serious fault, is loaded by its address and plays to the end", async ({
  written,
  page,
  browser,
}, info) => {
  const run = await written.begin("Do I need an umbrella?");
  await writeAnswer(run);
  await run.finish(
    ...[textDelta("umbrella.", "t"), textEnd("t"), finishStep("stop", "s2")],
    agentInput({ stepId: "s2" }),
  );
  await page.goto(`${new URL(page.url()).origin}/c/${run.conversationId}/run/${run.runId}#12`);
  await expect(position(page)).toHaveAttribute("aria-valuenow", "12");
  await expectAccessible(page, "the timeline");
  if (takesPictures)
    await languagePictures(page, "inspector", {
      ...{ browser, info },
      ready: (chinese) => expect(chinese.locator(".ev")).toHaveCount(7),
    });
  await position(page).press("Home");
  await position(page).press("PageUp");
  await expect(position(page)).toHaveAttribute("aria-valuenow", "2");
  await expect(pane(page).getByRole("tab", { name: "Timeline" })).toHaveAttribute("aria-selected", "true");
  await pane(page).getByRole("tab", { name: "Timeline" }).press("ArrowRight");
  await expect(pane(page).getByRole("tab", { name: "Prompt" })).toBeFocused();
  await expect(pane(page)).toContainText("No model had been asked by this event.");
  await position(page).press("End");
  await expect(pane(page).locator(".io")).toHaveCount(4);
  await expect(pane(page).locator(".io").nth(1)).toHaveText("Do I need an umbrella?");
  // Its hash is none of what this server would send.
  await expect(pane(page)).toContainText("these may not be the words that were sent");
  await expectAccessible(page, "the prompt");
  if (takesPictures)
    await languagePictures(page, "inspector-prompt", {
      ...{ browser, info },
      ready: async (chinese) => {
        await chinese.getByRole("tab", { name: "提示词" }).click();
        await chinese.getByRole("slider").press("End");
        await expect(chinese.locator(".insp .io")).toHaveCount(4);
      },
    });
  await position(page).press("Home");
  await position(page).press("PageUp");
  await pane(page).getByRole("tab", { name: "Prompt" }).press("ArrowRight");
  await expect(pane(page).getByRole("tab", { name: "Raw" })).toBeFocused();
  await expectAccessible(page, "the raw events");
  const replayed = await openPage(page);
  await pane(page)
    .getByRole("button", { name: /^Speed/ })
    .press("Enter");
  await pane(page)
    .getByRole("button", { name: /^Speed/ })
    .press("Enter");
  await pane(page).getByRole("button", { name: "Play" }).press("Enter");
  await expect(position(page)).toHaveAttribute("aria-valuenow", "19");
  await expect(replayed.locator(".prose")).toHaveText("Take an umbrella.");
  // Nothing is done to what was.
  await expect(replayed.getByRole("button", { name: "Retry" })).toBeHidden();
  await page.goto(page.url().replace(run.runId, run.conversationId));
  await expect(pane(page)).toContainText("There is no such run here");
});

test("the run of a workflow has its graph, lit as it was at an event", async ({ written, page }) => {
  const run = await written.begin("rain", "essay");
  const step = (name: string, state: string, events: string[]) =>
    workflowStep({ step: name, instance: `${name}/1`, state, ...(state === "running" && { events }) });
  await run.write(workflowStart(), workflowEvent("1", "topic", "rain"), step("outline", "running", ["1"]));
  await run.write(workflowEvent("2", "section", "one", "outline/1"), step("outline", "done", []));
  await page.goto(`${page.url()}/run/${run.runId}`);
  await expect(lines(page)).toHaveText(["Start, essay", "outline"]);
  await pane(page).getByRole("tab", { name: "Graph" }).click();
  const outline = pane(page).locator(".wf-node").filter({ hasText: "outline" });
  await expect(outline).toContainText("done");
  await position(page).press("PageDown");
  await position(page).press("PageDown");
  await expect(outline).toContainText("running");
  await run.finish();
  await expectAccessible(page, "the graph");
});

const words = "The quick **brown** fox jumps over the `lazy` dog.\n\n".split(" ");

/** 500 events at a time, by the number of the first one. */
const longRuns: Readonly<Record<string, (from: number) => EventBody[]>> = {
  "one long text": (from) => [
    ...(from === 0 ? [startStep("s1"), textStart("t", "s1")] : []),
    ...Array.from({ length: 500 }, (_, at) => textDelta(`${words[(from + at) % words.length]} `, "t")),
  ],
  "two thousand calls with words between them": (from) =>
    Array.from({ length: 50 }, (_, nth): EventBody[] => {
      const [step, id] = [`s${from + nth}`, `c${from + nth}`];
      return [
        ...[startStep(step), textStart(`t${id}`, step), textDelta("Looking. ", `t${id}`), textEnd(`t${id}`)],
        ...call(id, "search", { query: id }, step),
        ...[toolStart(id), toolOutputAvailable(id, "It rains."), finishStep("tool-calls", step)],
      ];
    }).flat(),
};

for (const [what, events] of Object.entries(longRuns))
  test(`a run of 20,000 events is moved through without a long task: ${what}`, async ({
    written,
    page,
    isMobile,
  }) => {
    test.skip(
      process.env["RIVULET_LONG_RUN"] !== "1" || isMobile,
      "it is written for seconds, with RIVULET_LONG_RUN=1",
    );
    test.setTimeout(300_000);
    const run = await written.begin("Tell me all.");
    for (let from = 0; from < 20_000; from += 500) await run.write(...events(from));
    await run.finish();
    await page.addInitScript(watchLongTasks);
    await page.goto(`${new URL(page.url()).origin}/c/${run.conversationId}/run/${run.runId}`);
    await expect(position(page)).toHaveAttribute("aria-valuemax", /^20\d\d\d$/, { timeout: 60_000 });
    await expect(pane(page).locator("header")).toContainText("finished", { timeout: 60_000 });
    await position(page).press("Home");
    await expect(page.locator(".replayed .prose")).toHaveCount(0);
    await page.evaluate(() => Reflect.set(window, "longTasks", []));
    for (const key of [...Array.from({ length: 19 }, () => "PageUp"), "PageDown", "ArrowLeft", "Home"])
      await position(page).press(key);
    await expect(position(page)).toHaveAttribute("aria-valuenow", "1");
    await expect(page.locator(".replayed .prose")).toHaveCount(0);
    const maxMs = await page.evaluate(() => Math.max(0, ...Reflect.get(window, "longTasks")));
    console.log(`the longest task: ${maxMs} ms (0: none of 50)`);
    // Promised is none of 50, on a machine that does nothing else.
    expect(maxMs).toBeLessThan(500);
  });

/** How long each task was that took 50 ms or more. */
function watchLongTasks(): void {
  const longTasks: number[] = [];
  Object.assign(window, { longTasks });
  new PerformanceObserver((list) => {
    const tasks: number[] = Reflect.get(window, "longTasks");
    for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
  }).observe({ entryTypes: ["longtask"] });
}

import type { Page } from "@playwright/test";
import {
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
} from "../support/event-bodies.ts";
import { expect } from "./fixtures.ts";
import { call, lineOf, test } from "./written-page.ts";

// Not on the phone: what is shown does not depend on the width.
test("a reload in mid-answer takes no line away, whatever comes before their scripts do; where those fail, the text goes on (on the desktop)", async ({
  written,
  page,
}) => {
  const run = await written.begin("Look around.", "researcher");
  await run.write(
    ...[startStep("s1"), reasoningStart("r", "s1"), reasoningDelta("Let me see.", "r"), reasoningEnd("r")],
    ...[textStart("t", "s1"), textDelta("I look", "t"), textEnd("t")],
    ...call("a", "search", { query: "rain" }, "s1"),
    ...[toolStart("a"), textStart("u", "s1"), textDelta("So far", "u")],
  );
  await expect(page.locator(lines)).toHaveCount(3);
  await page.addInitScript(countLines, lines);
  const scripts = await (await page.request.get(page.url())).text();
  const held: (() => void)[] = [];
  let how: "hold" | "fail" | "load" = "hold";
  await page.route("**/_next/static/**/*.js", async (route) => {
    const isLate = !scripts.includes(new URL(route.request().url()).pathname);
    if (isLate && how === "fail") return route.abort();
    if (isLate && how === "hold") await new Promise<void>((release) => held.push(release));
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await run.write(textDelta(" nothing", "u"));
  const seenFrames = await countedLines(page);
  await expect.poll(async () => (await countedLines(page)).frames).toBeGreaterThan(seenFrames.frames + 10);
  how = "load";
  for (const release of held) release();
  await expect(page.locator(".prose").last()).toHaveText("So far nothing");
  await expect(lineOf(page, "search")).toContainText("running");
  expect(await countedLines(page)).toMatchObject({ max: 3, lost: [] });
  how = "fail";
  await page.reload();
  await run.write(textDelta(" at all", "u"));
  await expect(page.locator(".prose").last()).toHaveText("So far nothing at all");
  await run.finish(textEnd("u"), toolOutputAvailable("a", 0), finishStep("stop", "s1"));
});

/** What the script of a part of its own draws. */
const lines = ".think, .tool, .who";

/** In each frame: how many there are, and where there are fewer than there were. */
function countLines(selector: string): void {
  const counted = { frames: 0, max: 0, lost: [] as number[] };
  Object.assign(window, { counted });
  const look = () => {
    const now = document.querySelectorAll(selector).length;
    if (now < counted.max) counted.lost.push(now);
    counted.max = Math.max(counted.max, now);
    counted.frames += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const countedLines = (page: Page): Promise<{ frames: number; max: number; lost: number[] }> =>
  page.evaluate(() => Reflect.get(window, "counted"));

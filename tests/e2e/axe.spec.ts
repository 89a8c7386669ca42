import { gate } from "../support/scripted-model.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { end, expect, test, word } from "./fixtures.ts";

const markdown =
  "## Head\n\nText with `code`, **bold** and [a link](https://example.com).\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```ts\nlet x = 1;\n```\n";

/** CSS pixels: at 200 % zoom a window of 1280 × 900 is as wide as 640. */
const zoomed = { width: 640, height: 450 };

test("axe finds nothing serious, light and dark, as it is and at 200 % zoom", async ({
  chat,
  model,
  app,
}, info) => {
  test.setTimeout(120_000);
  const { page } = chat;
  const size = page.viewportSize();
  const check = async (state: string) => {
    await expectAccessible(page, state);
    // The phone has a width of its own.
    if (info.project.name === "phone" || !size) return;
    await page.setViewportSize(zoomed);
    await expectAccessible(page, `${state}, zoomed`);
    await page.setViewportSize(size);
  };
  await check("empty");
  const hold = gate();
  model.next({ steps: [{ write: word(markdown) }, { until: hold.promise }, { write: end }] });
  await chat.ask("show me");
  await expect(chat.answer).toContainText("let x = 1;");
  await check("streaming");
  await chat.stop.click();
  await expect(chat.turn).toContainText("Stopped by you");
  await check("stopped");
  model.next({ status: 401, steps: [{ write: "no" }] });
  await chat.ask("and now");
  await expect(chat.turn.locator(".strip")).toBeVisible();
  await check("failed");
  for (const path of ["/settings", "/c/00000000-0000-4000-8000-000000000000", "/no-such-page"]) {
    await page.goto(app.url + path);
    await expect(page.getByRole("heading").first()).toBeVisible();
    await check(path);
  }
});

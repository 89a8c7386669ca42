import AxeBuilder from "@axe-core/playwright";
import { gate } from "../support/scripted-model.ts";
import type { Chat } from "./fixtures.ts";
import { end, expect, test, word } from "./fixtures.ts";

const markdown =
  "## Head\n\nText with `code`, **bold** and [a link](https://example.com).\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```ts\nlet x = 1;\n```\n";

/** CSS pixels: at 200 % zoom a window of 1280 × 900 is as wide as 640. */
const sizes = { "as it is": undefined, "200 % zoom": [640, 450] } as const;

async function serious(chat: Chat): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: chat.page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" ")}`);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, size] of Object.entries(sizes)) {
    test(`axe finds nothing serious: ${colorScheme}, ${name}`, async ({ chat, model, app }, info) => {
      test.skip(size !== undefined && info.project.name === "phone", "a width of its own: shown once");
      test.setTimeout(90_000);
      const { page } = chat;
      await page.emulateMedia({ colorScheme });
      if (size) await page.setViewportSize({ width: size[0], height: size[1] });
      expect(await serious(chat), "empty").toEqual([]);
      const hold = gate();
      model.next({ steps: [{ write: word(markdown) }, { until: hold.promise }, { write: end }] });
      await chat.ask("show me");
      await expect(chat.answer).toContainText("let x = 1;");
      expect(await serious(chat), "streaming").toEqual([]);
      await chat.stop.click();
      await expect(chat.turn).toContainText("Stopped by you");
      expect(await serious(chat), "stopped").toEqual([]);
      model.next({ status: 401, steps: [{ write: "no" }] });
      await chat.ask("and now");
      await expect(chat.turn.locator(".strip")).toBeVisible();
      expect(await serious(chat), "failed").toEqual([]);
      for (const path of ["/settings", "/c/00000000-0000-4000-8000-000000000000", "/no-such-page"]) {
        await page.goto(app.url + path);
        await expect(page.getByRole("heading").first()).toBeVisible();
        expect(await serious(chat), path).toEqual([]);
      }
    });
  }
}

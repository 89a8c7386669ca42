import AxeBuilder from "@axe-core/playwright";
import { gate } from "../support/scripted-model.ts";
import type { Chat } from "./fixtures.ts";
import { end, expect, test, word } from "./fixtures.ts";

const markdown =
  "## Head\n\nText with `code`, **bold** and [a link](https://example.com).\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```ts\nlet x = 1;\n```\n";

async function serious(chat: Chat): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: chat.page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" ")}`);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious: empty, streaming, stopped, failed; ${colorScheme}`, async ({
    chat,
    model,
  }) => {
    await chat.page.emulateMedia({ colorScheme });
    expect(await serious(chat), "empty").toEqual([]);
    const hold = gate();
    model.next({ steps: [{ write: word(markdown) }, { until: hold.promise }, { write: end }] });
    await chat.ask("show me");
    await expect(chat.answer).toContainText("let x = 1;");
    expect(await serious(chat), "streaming").toEqual([]);
    await chat.stop.click();
    await expect(chat.turn).toContainText("Stopped by you");
    expect(await serious(chat), "stopped").toEqual([]);
    model.next({ status: 404, steps: [{ write: "no" }] });
    await chat.ask("and now");
    await expect(chat.turn).toContainText("There is no such model");
    expect(await serious(chat), "failed").toEqual([]);
  });
}

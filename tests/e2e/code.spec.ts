import type { Locator } from "@playwright/test";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { test as base, type Chat, chatOf, end, expect, watchFaults, word } from "./fixtures.ts";
import { seenRows } from "./seen-rows.ts";
import { languagePictures } from "./theme-pictures.ts";

/** Set to have a picture of each moment, in both languages and themes. */
const takesPictures = process.env["RIVULET_PICTURES"] === "1";

const test = base.extend<{ coder: Chat }, { codeApp: AppServer }>({
  codeApp: [
    async ({ model, store }, use) => {
      const endpoint = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
      const app = await startAppServer({ env: { ...store.newStore(), ...endpoint, CODE: "on" } });
      await use(app);
      await app.stop();
    },
    { scope: "worker" },
  ],
  coder: async ({ page, codeApp }, use) => {
    const faults = watchFaults(page);
    await page.goto(codeApp.url);
    await use(chatOf(page, codeApp.url));
    expect(faults).toEqual([]);
  },
});

const code = (text: string): string => word(`${text}\n</code>`) + end;

const drawing = [
  'const sum = await calculator({ expression: "6 * 7" });',
  'show_image(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 60" width="240" height="60">',
  '  <rect width="240" height="60" fill="#f6f2e8"/>',
  '  <text x="120" y="38" text-anchor="middle" font-size="22" fill="#2f6f8f">${answer.rate} ${sum.result}</text>',
  "</svg>`);",
  "final_answer(`It is **${sum.result}**.`);",
].join("\n");

test("code fills in, prints while it runs, waits for a person, fails and is mended, draws, and gives the answer; a reload at any moment shows the same", async ({
  coder,
  model,
  browser,
}, info) => {
  test.skip(info.project.name === "phone" && !takesPictures, "what is shown does not depend on the width");
  test.setTimeout(takesPictures ? 180_000 : 45_000);
  const { page } = coder;
  const line = (name: string): Locator =>
    page.locator(".tool").filter({ has: page.locator(".name", { hasText: new RegExp(`^${name}$`) }) });
  let count = 0;
  async function same(name: string): Promise<void> {
    const before = await seenRows(page);
    await page.reload();
    await expect.poll(() => seenRows(page), name).toEqual(before);
    if (!takesPictures) return;
    const ready = async (chinese: typeof page) =>
      expect.poll(async () => (await seenRows(chinese)).length, name).toBeGreaterThan(0);
    await languagePictures(page, `code-${(count += 1)}-${name}`, { browser, info, ready });
  }

  await page.locator(".agent-menu > button").click();
  await page.locator(".agent-menu .popover").getByText("code", { exact: true }).click();

  const filling = gate();
  model.next({
    steps: [
      { write: word("<plan>\n1. Ask which rate\n2. Draw it\n</plan>\n\nI ask first.\n<co") },
      { write: word("de>\nconst unit = 7;\nconst rates = [unit, ") },
      { until: filling.promise },
      {
        write: code(
          'unit * 6];\nconsole.log("The rates are", rates);\nconst answer = await ask_person({ question: "Which rate?", fields: [{ name: "rate", type: "choice", options: ["Morning", "Noon"] }] });\nconsole.log("Chosen:", answer.rate);',
        ),
      },
    ],
  });
  await coder.ask("What is the rate?");
  await expect(page.locator(".code-input")).toContainText("const rates = [unit,");
  await expect(line("code")).toContainText("preparing");
  await expect(page.locator(".code-input .k").first()).toHaveText("const");
  await expect(page.locator("main .flow")).toContainText(/Plan.*Ask which rate.*I ask first\./s);
  await same("filling-in");

  model.next(events(code("Now I add.\n<code>\nconst sum = unitt + 1;")));
  filling.open();
  await expect(page.locator(".unfolded").first()).toContainText("The rates are [7,42]");
  await expect(page.locator(".nested")).toContainText("Which rate?");
  await same("asking");
  await expectAccessible(page, "code that asks");

  const drawn = gate();
  model.next({
    steps: [{ until: drawn.promise }, { write: code(`A slip: the name is \`unit\`.\n<code>\n${drawing}`) }],
  });
  await page.locator(".nested").getByRole("button", { name: "Noon" }).click();
  await expect(line("code").nth(1)).toContainText("failed");
  await expect(page.locator(".unfolded").last()).toContainText(
    /ReferenceError.*Line 1: const sum = unitt \+ 1;/s,
  );
  await same("failed");

  drawn.open();
  await expect(coder.turn.locator(".prose").last()).toHaveText("It is 42.");
  await coder.finished();
  await expect(page.locator("img.picture")).toBeVisible();
  expect(await page.locator("img.picture").getAttribute("src")).toMatch(/^data:image\/svg\+xml;base64,/);
  await expect(page.locator(".ledger").last()).not.toContainText(/<code>|<\/code>|<plan>|<co/);
  await same("answered");
  await expectAccessible(page, "code that has answered");
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("Observation: Error: ReferenceError");
});

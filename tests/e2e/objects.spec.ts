import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page, TestInfo } from "@playwright/test";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { type Chat, end, expect, test, word } from "./fixtures.ts";
import { languagePictures } from "./theme-pictures.ts";

/*
 * An answer that is an object, on the page: the agents are the ones that are shipped, the model is a script.
 */

/** Set to have a picture of each moment, in both languages and themes. */
const takesPictures = process.env["RIVULET_PICTURES"] === "1";

async function chooseAgent({ page }: Chat, name: string): Promise<void> {
  await page.locator(".agent-menu > button").click();
  await page.locator(".agent-menu .popover").getByText(name, { exact: true }).click();
  await expect(page.locator(".agent-menu > button")).toContainText(name);
}

const card = (page: Page) => page.locator(".card");

/** The fields of the newest card, each with its label; what is still missing is `_`. */
const fields = (page: Page): Promise<string[]> =>
  card(page)
    .last()
    .evaluate((shown) => {
      const words = (element: Element): string => {
        const copy = element.cloneNode(true);
        if (!(copy instanceof HTMLElement)) return "";
        for (const skeleton of copy.querySelectorAll(".sk")) skeleton.textContent = "_";
        const items = [...copy.querySelectorAll("li, td")];
        return items.length > 0
          ? items.map((item) => item.textContent ?? "").join(" / ")
          : (copy.textContent ?? "");
      };
      return [...shown.querySelectorAll(":scope > dl > .f-row")].map((row) =>
        [...row.children].map(words).join(": "),
      );
    });

/** Notes each time that the card has become less high, from now on. */
async function watchHeight(page: Page): Promise<() => Promise<string[]>> {
  await card(page).evaluate((shown) => {
    const falls: string[] = [];
    Reflect.set(window, "falls", falls);
    let height = 0;
    new ResizeObserver(() => {
      const now = shown.getBoundingClientRect().height;
      if (now < height) falls.push(`${height} → ${now}`);
      height = now;
    }).observe(shown);
  });
  return () => page.evaluate(() => Reflect.get(window, "falls") as string[]);
}

/** A script whose pieces are each held back until `go` is called. */
function inPieces(...pieces: string[]) {
  const gates = pieces.map(() => gate());
  let next = 1;
  gates[0]?.open();
  return {
    script: {
      steps: [
        ...pieces.flatMap((piece, at) => [
          { until: gates[at]?.promise ?? Promise.resolve() },
          { write: word(piece) },
        ]),
        { write: end },
      ],
    },
    go: () => gates[next++]?.open(),
  };
}

test("a recipe fills in, in its final shape from the start: five moments, a reload in the middle, and nothing ever gets lower", async ({
  chat,
  model,
  browser,
}, info) => {
  const { page } = chat;
  const picture = pictureOf(page, browser, info);
  await chooseAgent(chat, "recipe");
  const { script, go } = inPieces(
    'Here it is:\n```json\n{"na',
    'me": "Soup of the',
    ' day", "ingredients": ["2 onions", "1 l wa',
    'ter", "salt"], "steps": ["Cut.", "Boil, and wait until the onions are so',
    'ft, which takes a while on a small fire, but is worth it: nothing else gives it its taste."]}',
    "\n```",
  );
  model.next(script);
  await chat.ask("Soup, please");
  await expect(card(page)).toContainText("0 of 3 fields");
  await expect.poll(() => fields(page)).toEqual(["Name: _", "Ingredients: _", "Steps: _"]);
  await picture("recipe-1");
  const falls = await watchHeight(page);
  go();
  await expect.poll(() => fields(page)).toEqual(["Name: Soup of the", "Ingredients: _", "Steps: _"]);
  await picture("recipe-2");
  go();
  const third = ["Name: Soup of the day", "Ingredients 2…: 2 onions / 1 l wa", "Steps: _"];
  await expect.poll(() => fields(page)).toEqual(third);
  await expect(card(page)).toContainText("1 of 3 fields");
  await picture("recipe-3");
  expect(await falls()).toEqual([]);
  await page.reload();
  await expect.poll(() => fields(page)).toEqual(third);
  const fallsAfter = await watchHeight(page);
  go();
  const steps = "Steps 2…: Cut. / Boil, and wait until the onions are so";
  await expect
    .poll(() => fields(page))
    .toEqual([...third.slice(0, 1), "Ingredients 3: 2 onions / 1 l water / salt", steps]);
  await picture("recipe-4");
  go();
  go();
  await chat.finished();
  await expect(card(page)).not.toContainText(/filling in|of 3 fields/);
  expect(await fallsAfter()).toEqual([]);
  await picture("recipe-5");
  const shown = await fields(page);
  await page.reload();
  await expect.poll(() => fields(page)).toEqual(shown);
  const accessible = await new AxeBuilder({ page }).analyze();
  expect(accessible.violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual(
    [],
  );
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy JSON" }).click();
  const copied: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toMatchObject({ name: "Soup of the day", ingredients: ["2 onions", "1 l water", "salt"] });
});

test("an attempt that does not fit is replaced where it stands, and says why; what never fits is marked", async ({
  chat,
  model,
  browser,
}, info) => {
  const { page } = chat;
  const picture = pictureOf(page, browser, info);
  await chooseAgent(chat, "recipe");
  const bad = '{"name": "Soup", "ingredients": ["a", "b", "c", "d"], "steps": "Boil."}';
  const first = inPieces('{"name": "Soup", ', bad.slice('{"name": "Soup", '.length));
  const second = inPieces('{"name": "Stew', '", "ingredients": ["a"], "steps": ["Boil."]}');
  model.next(first.script);
  model.next(second.script);
  await chat.ask("Soup, please");
  await expect.poll(() => fields(page)).toEqual(["Name: Soup", "Ingredients: _", "Steps: _"]);
  const falls = await watchHeight(page);
  first.go();
  await expect.poll(() => fields(page)).toEqual(["Name: Stew", "Ingredients: _", "Steps: _"]);
  await expect(card(page)).toHaveCount(1);
  await expect(card(page)).toContainText("attempt 2");
  await expect(card(page)).toContainText(/Attempt 1 did not fit.*Steps: has to be an array/);
  await picture("attempt-2");
  second.go();
  await chat.finished();
  await expect.poll(() => fields(page)).toEqual(["Name: Stew", "Ingredients 1: a", "Steps 1: Boil."]);
  expect(await falls()).toEqual([]);
  await expect(card(page)).not.toContainText("does not fit");
  await picture("attempt-2-end");

  for (let count = 0; count < 3; count += 1) model.next(events(word(bad), end));
  await chat.ask("Again");
  await expect(chat.turn).toContainText("no answer had the form");
  const unfit = card(page).last();
  await expect(unfit).toContainText(/attempt 3.*does not fit its form.*Attempt 3 did not fit/);
  await expect(unfit.locator(".f-row.bad dt")).toHaveText("Steps");
  await expect(chat.turn.locator(".card")).toHaveCount(1);
  await picture("unfit");
});

test("a form of one's own: a table that grows, a stop in the middle; one that cannot be used is told in words", async ({
  chat,
  model,
  browser,
}, info) => {
  const { page } = chat;
  const picture = pictureOf(page, browser, info);
  await chooseAgent(chat, "form");
  const before = model.requests.length;
  await chat.ask('{"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)\\\\1$"}}}');
  await expect(chat.turn).toContainText(/form cannot be used.*\/properties\/a\/pattern: /);
  await picture("unusable");
  expect(model.requests).toHaveLength(before);
  await chat.turn.getByRole("button", { name: "Edit the question" }).click();
  const item = { what: { type: "string" }, grams: { type: "number" }, kind: { enum: ["dry", "fresh"] } };
  const schema = {
    ...{ title: "Shopping list", type: "object", required: ["items"] },
    properties: {
      total: { type: "integer" },
      items: { type: "array", items: { type: "object", properties: item, required: ["what"] } },
      shop: {
        type: "object",
        properties: { name: { type: "string" }, open: { type: "boolean" } },
        required: ["name"],
      },
    },
  };
  const { script, go } = inPieces(
    '{"total": 1',
    '2, "items": [{"what": "Rice", "grams": 50',
    '0, "kind": "dry"}, {"what": "Basil", "kind": "fr',
  );
  model.next({ steps: [...script.steps.slice(0, -1), { hang: true }] });
  await chat.composer.fill(JSON.stringify(schema));
  await chat.send.click();
  await expect.poll(() => fields(page)).toEqual(["Total: _", "Items: _ / _ / _", "Shop: _"]);
  const falls = await watchHeight(page);
  await picture("form-1");
  go();
  await expect.poll(() => fields(page)).toEqual(["Total: 12", "Items 1…: Rice / _ / _", "Shop: _"]);
  go();
  await expect
    .poll(() => fields(page))
    .toEqual(["Total: 12", "Items 2…: Rice / 500 / dry / Basil / _ / fr", "Shop: _"]);
  await picture("form-2");
  await chat.stop.click();
  await chat.finished();
  await expect
    .poll(() => fields(page))
    .toEqual(["Total: 12", "Items 2: Rice / 500 / dry / Basil / — / fr", "Shop: —"]);
  await expect(card(page).last()).toContainText(/Shopping list.*incomplete/);
  expect(await falls()).toEqual([]);
  await picture("stopped");
});

/** Pictures of a moment, in both themes and languages. */
function pictureOf(page: Page, browser: Browser, info: TestInfo) {
  return async (name: string): Promise<void> => {
    if (!takesPictures) return;
    const ready = (chinese: Page) =>
      expect.poll(() => chinese.locator(".card, .strip").count()).toBeGreaterThan(0);
    await languagePictures(page, `objects-${name}`, { browser, info, ready });
  };
}

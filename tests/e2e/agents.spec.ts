import type { Browser, Locator, Page, TestInfo } from "@playwright/test";
import { apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, delta, done, finish, sse, textChunks, toolCall } from "../support/chat-chunks.ts";
import { type McpHttpServer, startMcpServer } from "../support/mcp-http-server.ts";
import { gate } from "../support/scripted-model.ts";
import { events, json, type RecordedRequest, type Script } from "../support/scripted-model-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { test as base, type Chat, chatOf, end, expect, watchFaults, word } from "./fixtures.ts";
import { seenRows } from "./seen-rows.ts";
import { languagePictures, themePictures } from "./theme-pictures.ts";

/*
 * An agent at work, on the page: the model is a script, and whatever it calls is the product's own. The
 * agents beside the default one are those of tests/support/more-agents.ts.
 */

/** Set to have a picture of each moment, in both languages and themes. */
const takesPictures = process.env["RIVULET_PICTURES"] === "1";

const test = base.extend<{ at: Chat }, { agents: { app: AppServer; trips: McpHttpServer } }>({
  agents: [
    async ({ model, store }, use) => {
      const trips = await startMcpServer("modern");
      const models = ["scripted", "in-words"].map((id) => ({ id, baseURL: model.url }));
      const app = await startAppServer({
        env: {
          ...store.newStore(),
          NODE_OPTIONS: `--import=${new URL("../support/more-agents.ts", import.meta.url).href}`,
          RIVULET_MODELS: JSON.stringify(models),
          MCP_SERVERS: JSON.stringify([{ name: "trips", url: trips.url, effects: { slow: "read" } }]),
        },
      });
      const client = await apiClient(app.url);
      // A busy machine may take longer to list its tools than a run waits.
      await expect
        .poll(async () => (await client.request("/api/mcp-servers")).text(), { timeout: 20_000 })
        .toContain('"ready"');
      await use({ app, trips });
      await app.stop();
      await trips.close();
    },
    { scope: "worker" },
  ],
  at: async ({ page, agents }, use) => {
    const faults = watchFaults(page);
    await page.goto(agents.app.url);
    await use(chatOf(page, agents.app.url));
    expect(faults).toEqual([]);
  },
});

/** The newest line of a tool, not one that several calls share. */
const lineOf = ({ page }: Chat, tool: string): Locator =>
  page
    .locator(".tool")
    .filter({ has: page.locator(".name", { hasText: new RegExp(`^${tool}$`) }) })
    .last();
const asked = ({ page }: Chat, tool: string): Locator => page.locator(".row.ask").filter({ hasText: tool });
const agentButton = ({ page }: Chat): Locator => page.locator(".agent-menu > button");

async function choose({ page }: Chat, menu: ".agent-menu" | ".model-menu:not(.agent-menu)", name: string) {
  await page.locator(`${menu} > button`).click();
  await page.locator(`${menu} .popover`).getByText(name, { exact: true }).click();
  await expect(page.locator(`${menu} > button`)).toContainText(name);
}

/** A piece of the arguments of a call. */
const piece = (index: number, text: string): string =>
  sse(delta({ tool_calls: [{ index, function: { arguments: text } }] }));
const begun = (index: number, id: string, name: string): string => sse(toolCall(index, id, name));
const endOfCalls = sse(finish("tool_calls")) + done;
const calls = (...made: readonly (readonly [id: string, name: string, input: object])[]): Script =>
  events(
    ...made.map(([id, name, input], at) => begun(at, id, name) + piece(at, JSON.stringify(input))),
    endOfCalls,
  );

test("an agent at work: calls side by side, progress, a failure, an agent inside, a word said into it, approvals, a question, a hand-off; a reload at any moment shows the same", async ({
  at,
  agents,
  model,
  browser,
}, info) => {
  test.skip(info.project.name === "phone" && !takesPictures, "what is shown does not depend on the width");
  test.setTimeout(takesPictures ? 180_000 : 90_000);
  const { page } = at;
  const moments = momentsOf(at, browser, info);
  const [arguing, walking, inside, ending] = [gate(), gate(), gate(), gate()];
  agents.trips.world.hold = walking.promise;
  await choose(at, ".agent-menu", "desk");

  model.next({
    steps: [
      { write: word("Let me look.") },
      { write: begun(0, "a", "calculator") + begun(1, "b", "trips__slow") + piece(0, '{"expression":') },
      { write: piece(1, '{"ms":30,') + piece(0, '"1/0') },
      { until: arguing.promise },
      { write: piece(1, '"steps":3}') + piece(0, '"}') + endOfCalls },
    ],
  });
  await at.ask("What does the trip cost?");
  await expect(lineOf(at, "trips__slow")).toContainText("preparing");
  await expect(lineOf(at, "calculator")).toContainText("1/0");
  await moments.same("arguments");

  model.next(
    calls(
      ["c", "calculator", { expression: "0.1 + 0.2" }],
      ["d", "ask_librarian", { request: "What was noted?" }],
    ),
  );
  model.next(calls(["r", "read_notes", {}]));
  model.next({
    steps: [{ write: word("Nothing ") }, { until: inside.promise }, { write: word("was noted.") + end }],
  });
  arguing.open();
  await expect(lineOf(at, "calculator")).toContainText("failed");
  await expect(page.locator(".progress")).toContainText("1/3 · step 1");
  await moments.same("progress");

  walking.open();
  await expect(page.locator(".nested")).toContainText("read_notes");
  await expect(page.locator(".nested .prose")).toContainText("Nothing");
  await expect(lineOf(at, "calculator")).toContainText("0.3");
  await at.composer.fill("in yen, please");
  await page.getByRole("button", { name: "Into this answer" }).click();
  await expect(at.composer).toHaveValue("");
  await moments.same("inside");

  model.next(
    calls(
      ["e", "save_note", { name: "trip", text: "0.3 for the trip" }],
      ["f", "trips__echo", { text: "0.3 for the trip" }],
    ),
  );
  inside.open();
  await expect(asked(at, "save_note")).toContainText("0.3 for the trip");
  await expect(at.turn).toContainText(/ask_librarian.*in yen, please.*save_note/s);
  await expect(page.locator(".row.ask")).toHaveCount(2);
  await moments.same("approvals");
  await expectAccessible(page, "approvals");

  model.next(calls(["g", "ask_person", { question: "Which rate?", fields: [rate] }]));
  await asked(at, "trips__echo").getByRole("button", { name: "Deny" }).click();
  await asked(at, "trips__echo").getByRole("textbox").fill("Tell nobody.");
  await asked(at, "trips__echo").getByRole("button", { name: "Deny" }).click();
  await expect(lineOf(at, "trips__echo")).toContainText("denied");
  await asked(at, "save_note").getByRole("button", { name: "Approve once" }).click();
  await expect(lineOf(at, "save_note")).toContainText("done");
  await expect(asked(at, "ask_person")).toContainText("Which rate?");
  if (takesPictures) await moments.same("question");

  model.next(calls(["h", "handoff", { to_agent: "editor", reason: "It has to be short." }]));
  model.next(calls(["i", "calculator", { expression: "0.3 * 150" }]));
  model.next({
    steps: [{ write: word("It is 45 ") }, { until: ending.promise }, { write: word("yen.") + end }],
  });
  await asked(at, "ask_person").getByRole("button", { name: "Noon" }).click();
  await expect(page.locator(".who")).toHaveText(["desk", "editor"]);
  await expect(at.answer.last()).toHaveText("It is 45");
  await moments.same("hand-off");

  ending.open();
  await at.finished();
  await expect(at.answer.last()).toHaveText("It is 45 yen.");
  await moments.same("end");
  const asking = JSON.stringify(model.requests.at(-1)?.body);
  expect(asking.split("in yen, please")).toHaveLength(2);
  for (const words of [
    "division by zero",
    "Nothing was noted.",
    "Tell nobody.",
    "Noon",
    "You are an editor.",
  ])
    expect(asking).toContain(words);
  expect(agents.trips.world.calls).toEqual(["slow began"]);
});

test("what an agent inside a call answers in a form is a card there while it is written, and stands once", async ({
  at,
  model,
  browser,
}, info) => {
  test.skip(info.project.name === "phone" && !takesPictures, "what is shown does not depend on the width");
  const { page } = at;
  const hold = gate();
  await choose(at, ".agent-menu", "desk");
  model.next(calls(["c", "ask_cook", { request: "Soup for two" }]));
  model.next({
    steps: [
      { write: word('{"name": "Soup", "ingredients": ["2 oni') },
      { until: hold.promise },
      { write: word('ons"], "steps": ["Cut.", "Boil."]}') + end },
    ],
  });
  model.next(events(answer("Enjoy it.")));
  await at.ask("Soup, please");
  const card = page.locator(".nested .card");
  await expect(card).toContainText(/Recipe.*1 of 3 fields.*filling in.*2 oni/s);
  await momentsOf(at, browser, info).same("card-inside");
  hold.open();
  await expect(at.answer.last()).toHaveText("Enjoy it.");
  await at.finished();
  if (!(await card.isVisible())) await lineOf(at, "ask_cook").click();
  await expect(card.locator("li")).toHaveText(["2 onions", "Cut.", "Boil."]);
  await expect(page.locator(".unfolded").first()).not.toContainText('"ingredients"');
  await expect(page.locator(".card")).toHaveCount(1);
});

const rate = { name: "rate", type: "choice", options: ["Morning", "Noon"] };

/** As a model writes that knows no calls. */
const inWords = [
  'Thought: I have to calculate.\nAction: calculator\nAction Input: {"expression": "6 * 7"}\nObservation: forty-one\n',
  "Thought: I know it.\nAnswer: It is 42.",
];

test("a model without tool calling does the same in words, of which none is ever seen", async ({
  at,
  model,
}, info) => {
  test.skip(info.project.name === "phone" && !takesPictures, "what is shown does not depend on the width");
  const { page } = at;
  const hold = gate();
  const refusal = { error: { message: "this model does not support tools", type: "invalid_request_error" } };
  const [first = "", second = ""] = inWords;
  const middle = first.indexOf('7"');
  model.script(({ body }: RecordedRequest) => {
    // Cast: what the product sends to an endpoint of this wire.
    const { tools, messages } = body as { tools?: unknown; messages: unknown[] };
    if (tools) return json(400, refusal);
    if (JSON.stringify(messages).includes("Observation: {")) return sliced(sse(textChunks(...second)) + end);
    return {
      slice: 7,
      steps: [
        { write: sse(textChunks(...first.slice(0, middle))) },
        { until: hold.promise },
        { write: sse(textChunks(...first.slice(middle))) + end },
      ],
    };
  });
  await choose(at, ".model-menu:not(.agent-menu)", "in-words");
  await page.evaluate(() => {
    const shown = new Set<string>();
    Reflect.set(window, "shown", shown);
    new MutationObserver(() => shown.add(document.querySelector("main .flow")?.textContent ?? "")).observe(
      document.body,
      { childList: true, characterData: true, subtree: true },
    );
  });
  await at.ask("What is six times seven?");
  await expect(lineOf(at, "calculator")).toContainText("6 *");
  await expect(lineOf(at, "calculator")).toContainText("preparing");
  if (takesPictures) await themePictures(page, `agents-words.en.${info.project.name}`);
  hold.open();
  await expect(at.answer).toHaveText("It is 42.");
  await at.finished();
  await expect(lineOf(at, "calculator")).toContainText("42");
  const shown = await page.evaluate(() => [...(Reflect.get(window, "shown") as Set<string>)]);
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.filter((text) => /Thought:|Action|Observation|Answer:|forty-one/.test(text))).toEqual([]);
  const before = await seenRows(page);
  await page.reload();
  await expect.poll(() => seenRows(page)).toEqual(before);
});

const sliced = (text: string): Script => ({ slice: 7, steps: [{ write: text }] });

test("the agents of the server are a menu, by the keyboard too; the chosen one answers, also after a reload", async ({
  at,
  model,
}, info) => {
  const { page } = at;
  const menu = page.getByRole("menu", { name: "Agent" });
  const options = menu.getByRole("menuitemradio");
  await expect(agentButton(at)).toContainText("assistant");
  await agentButton(at).click();
  const agents = ["assistant", "recipe", "resume", "form", "desk", "editor", "librarian"];
  const workflows = ["summarise-document", "write-with-review"];
  await expect(options).toHaveText([...agents, ...workflows].map((name) => new RegExp(`^${name}`)));
  await expect(options.first()).toBeFocused();
  if (takesPictures) await themePictures(page, `agents-picker.en.${info.project.name}`);
  await expectAccessible(page, "agents");
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(agentButton(at)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(options.first()).toBeFocused();
  // Past the workflows, from the other end: each has a link to its steps too.
  for (let up = 0; up <= workflows.length * 2; up += 1) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(agentButton(at)).toContainText("librarian");
  for (const text of ["one", "two"]) {
    if (text === "two") {
      await page.reload();
      await expect(agentButton(at)).toContainText("librarian");
    }
    model.next(events(answer(text)));
    await at.ask("q");
    await expect(at.answer).toHaveText(text);
    await at.finished();
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("You are a librarian.");
  }
});

/** Moments of an answer: a reload shows what was there, and there are pictures of it. */
function momentsOf({ page }: Chat, browser: Browser, info: TestInfo) {
  let count = 0;
  return {
    async same(name: string): Promise<void> {
      const before = await seenRows(page);
      await page.reload();
      await expect.poll(() => seenRows(page), name).toEqual(before);
      if (!takesPictures) return;
      const file = `${(count += 1)}-${name}`;
      const ready = (chinese: Page) =>
        expect.poll(async () => (await seenRows(chinese)).length, name).toBeGreaterThan(0);
      await languagePictures(page, `agents-${file}`, { browser, info, ready });
    },
  };
}

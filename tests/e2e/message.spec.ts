import { answer, done, finish, reasoning, sse, usage } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { chatOf, end, expect, test, watchFaults, word } from "./fixtures.ts";

// Not on the phone: the same on every screen.
test("the first delta is on the page before the second has left the provider (on the desktop)", async ({
  chat,
  model,
}) => {
  const second = gate();
  model.next({ steps: [{ write: word("one ") }, { until: second.promise }, { write: word("two") + end }] });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("one");
  second.open();
  await expect(chat.answer).toHaveText("one two");
  await chat.finished();
  await expect(chat.page).toHaveURL(/\/c\/[0-9a-f-]{36}$/);
});

// Not on the phone: the same on every screen.
test("the text equals the bytes sent, cut every byte, every 7 and every character (on the desktop)", async ({
  chat,
  model,
}) => {
  for (const slice of [1, 7, "characters"] as const) {
    const text = `${slice}: Grüße, 世界 👩‍👩‍👧 fine — “ok”`;
    model.next({ ...events(answer(text)), slice });
    await chat.ask("go");
    await expect(chat.answer).toHaveText(text);
    await chat.finished();
  }
});

test("Stop keeps the partial, closes the provider's connection, and the next turn sends it", async ({
  chat,
  model,
}) => {
  model.next({ steps: [{ write: word("half an answer") }, { hang: true }] });
  await chat.ask("tell me");
  await expect(chat.answer).toHaveText("half an answer");
  const box = await chat.stop.boundingBox();
  await chat.stop.click();
  await expect(chat.turn).toContainText("Stopped by you");
  await expect(chat.answer).toHaveText("half an answer");
  expect(model.requests.at(-1)?.closedAt).toBeDefined();
  expect(await chat.send.boundingBox()).toEqual(box);
  model.next(events(answer("whole")));
  await chat.ask("and now");
  await expect(chat.answer).toHaveText("whole");
  const sent = JSON.stringify(model.requests.at(-1)?.body);
  expect(sent).toContain("half an answer");
});

test("Stop before the first token, and a send right after Stop", async ({ chat, model }) => {
  // By the question: a run that is stopped early enough has never asked.
  model.script(({ body }) =>
    JSON.stringify(body).includes("again")
      ? events(answer("heard"))
      : { steps: [{ hang: true }], headersFirst: false },
  );
  try {
    await chat.ask("silence");
    await chat.stop.click();
    await chat.composer.fill("again");
    // On a touch screen Enter starts a line; this sends everywhere.
    await chat.composer.press("Control+Enter");
    await expect(chat.answer).toHaveText("heard");
    await expect(chat.page.locator("article.turn")).toHaveCount(2);
  } finally {
    model.script(events(answer("This is a scripted answer.")));
  }
});

// Not on the phone: no keyboard there.
test("Esc stops, and a second Esc does nothing (on the desktop)", async ({ chat, model }) => {
  model.next({ steps: [{ write: word("half") }, { hang: true }] });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("half");
  await chat.composer.press("Escape");
  await expect(chat.turn).toContainText("Stopped by you");
  await chat.composer.press("Escape");
  await expect(chat.turn).toContainText("Stopped by you");
});

// Not on the phone: tabs know no screen.
test("a second tab shows the same live answer and can stop it; a stopped answer survives a reload (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  const hold = gate();
  model.next({
    steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") }, { hang: true }],
  });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("one");
  const second = chatOf(await context.newPage(), chat.page.url());
  await second.page.goto(chat.page.url());
  await expect(second.answer).toHaveText("one");
  hold.open();
  await expect(second.answer).toHaveText("one two");
  await expect(chat.answer).toHaveText("one two");
  await second.stop.click();
  await expect(chat.turn).toContainText("Stopped by you");
  await chat.page.reload();
  await expect(chat.answer).toHaveText("one two");
  await expect(chat.turn).toContainText("Stopped by you");
});

// Not on the phone: the same on every screen.
test("another context with the same cookie sees the conversation; another visitor gets 404 (on the desktop)", async ({
  chat,
  model,
  browser,
}) => {
  model.next(events(answer("mine")));
  await chat.ask("go");
  await chat.finished();
  const cookies = await chat.page.context().cookies();
  const same = await browser.newContext();
  await same.addCookies(cookies);
  const page = await same.newPage();
  await page.goto(chat.page.url());
  await expect(page.locator(".prose")).toHaveText("mine");
  const other = await browser.newContext();
  const stranger = await other.newPage();
  expect((await stranger.goto(chat.page.url()))?.status()).toBe(404);
  await expect(stranger.locator("body")).not.toContainText("mine");
  await Promise.all([same.close(), other.close()]);
});

// Not on the phone: the same on every screen.
test("all tabs closed in mid-answer: the run finishes and is there on return (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("one");
  const url = chat.page.url();
  await chat.page.close();
  hold.open();
  const page = await context.newPage();
  await page.goto(url);
  await expect(page.locator(".prose")).toHaveText("one two");
});

// Not on the phone: tabs know no screen.
test("a tab whose question comes second is told so, and keeps it (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  const hold = gate();
  model.next(events(answer("first")));
  await chat.ask("a");
  await chat.finished();
  const second = chatOf(await context.newPage(), chat.page.url());
  await second.page.goto(chat.page.url());
  model.next({ steps: [{ write: word("one") }, { until: hold.promise }, { write: end }] });
  // The second tab would learn of it by itself within ten seconds.
  await second.page.route(/\/api\/conversations\/[^/]+$/, (route) => route.abort());
  await chat.ask("b");
  await expect(chat.answer).toHaveText("one");
  await second.composer.fill("c");
  await second.page.unrouteAll();
  await second.send.click();
  await expect(second.turn).toContainText("the messages above came first, from another tab");
  await expect(second.page.locator("article.turn")).toHaveCount(3);
  hold.open();
  await chat.finished();
});

// Not on the phone: a double click is the desktop's.
test("a double click sends once, an empty field sends nothing (on the desktop)", async ({ chat, model }) => {
  const calls = model.requests.length;
  await expect(chat.send).toHaveAttribute("aria-disabled", "true");
  await chat.send.click({ force: true });
  model.next(events(answer("once")));
  await chat.composer.fill("go");
  await chat.send.dblclick();
  await expect(chat.answer).toHaveText("once");
  expect(model.requests.length - calls).toBe(1);
  await expect(chat.page.locator("article.turn")).toHaveCount(1);
});

const faults: [string, number, RegExp][] = [
  ["the provider refuses the key", 401, /refused the key/],
  ["the account is used up", 402, /used up/],
  ["the request is refused", 400, /refused the request/],
  ["there is no such model", 404, /no such model/],
];
test("the key, the account, the request or the model is refused: words for a person, and Retry answers the same question", async ({
  chat,
  model,
}) => {
  for (const [at, [name, status, words]] of faults.entries()) {
    model.next({
      status,
      headers: { "content-type": "application/json" },
      steps: [{ write: '{"error":{"message":"canary"}}' }],
    });
    await chat.ask(name);
    await expect(chat.turn).toContainText(words);
    await expect(chat.page.getByRole("main").getByRole("alert")).toContainText(words);
    await expect(chat.page.locator("body")).not.toContainText("canary");
    model.next(events(answer(`better than when ${name}`)));
    await chat.turn.getByRole("button", { name: "Retry" }).click();
    await expect(chat.answer).toHaveText(`better than when ${name}`);
    await expect(chat.page.locator("article.turn")).toHaveCount(at + 1);
    await chat.finished();
  }
});

// Not on the phone: the same on every screen.
test("a connection that breaks in mid-answer: the partial is kept and marked cut off (on the desktop)", async ({
  chat,
  model,
}) => {
  model.next({ steps: [{ write: word("partial answer") }, { wait: 50 }, { reset: true }] });
  await chat.ask("go");
  await expect(chat.turn).toContainText(/cut off/i);
  await expect(chat.answer).toHaveText("partial answer");
});

// Not on the phone: the same on every screen.
test("the demo answers without any setting, and says that it is a demo (on the desktop)", async ({
  page,
  demo,
}) => {
  const broken = watchFaults(page);
  await page.goto(demo.url);
  await expect(page.getByText("Demo model · scripted, no AI")).toBeVisible();
  const chat = chatOf(page, demo.url);
  await chat.ask("hello");
  await expect(chat.answer).toContainText(/demo/i);
  await chat.finished();
  await expect(chat.turn.getByText("Demo model").first()).toBeVisible();
  expect(broken).toEqual([]);
});

test("what is written can be copied at any moment: the answer, its code as it is, its table as cells", async ({
  chat,
  model,
}) => {
  const { page } = chat;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const hold = gate();
  const text = "Some *words*\n\n```ts\nlet x = 1;\n```\n\n| a | b |\n|---|--:|\n| `1` | 2 |\n\nand";
  model.next({ steps: [{ write: word(text) }, { until: hold.promise }, { write: end }] });
  await chat.ask("go");
  await expect(chat.answer).toContainText("and");
  await chat.turn.getByRole("button", { name: "Copy so far" }).click();
  await expect.poll(copied).toBe(text);
  await chat.turn.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(copied).toBe("let x = 1;");
  await chat.turn.getByRole("button", { name: "Copy table" }).click();
  await expect.poll(copied).toBe("a\tb\n1\t2");
  hold.open();
  await chat.finished();
});

// Not on the phone: the same on every screen.
test("an answer that a thinking model continues twice is one text: on the page, copied and sent (on the desktop)", async ({
  chat,
  model,
}) => {
  test.setTimeout(60_000);
  const { page } = chat;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const thought = sse(reasoning("hm"));
  const pieces = ["- a list\n  - wi", "thin\n\n```ts\nif (a) {\n", "    b();\n}\n```\n\ndone"];
  const hold = gate();
  model.next({ steps: [{ write: thought + word(pieces[0] ?? "") + sse(usage(100, 10)) }] });
  await chat.ask("go");
  const go = chat.turn.getByRole("button", { name: "Continue" });
  await go.click({ trial: true });
  model.next({ steps: [{ write: thought + word(pieces[1] ?? "") + sse(usage(200, 20)) }] });
  await go.click();
  await expect(chat.answer).toContainText("if (a)");
  await go.click({ trial: true });
  model.next({
    steps: [
      { write: thought },
      { until: hold.promise },
      { write: word(pieces[2] ?? "") + sse(finish(), usage(300, 30)) + done },
    ],
  });
  await go.click();
  await expect(chat.composer).toBeFocused();
  await expect(chat.turn).toContainText("Thinking");
  await expect(chat.answer).toContainText("within");
  hold.open();
  await expect(chat.answer).toContainText("done");
  await chat.finished();
  for (const reload of [false, true]) {
    if (reload) await page.reload();
    await expect(chat.answer).toHaveCount(1);
    await expect(chat.answer.locator("li li")).toHaveText("within");
    await expect(chat.answer.locator("pre")).toHaveText("if (a) {\n    b();\n}", { useInnerText: true });
  }
  // Of all three requests, and no tokens in one sum with seconds.
  await expect(chat.turn.locator(".facts")).toContainText("600 in, 60 out");
  await expect(chat.turn.locator(".total > span")).toHaveText(["660 tok", /^[\d.]+ s$/]);
  // That of the answer, once it has ended: its code has one of the same name.
  const ending = chat.turn.locator(".ending:not(.unended)");
  await ending.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(pieces.join(""));
  model.next(events(answer("after")));
  await chat.ask("next");
  await expect(chat.answer).toHaveText("after");
  expect(model.requests.at(-1)?.body).toMatchObject({
    messages: expect.arrayContaining([{ role: "assistant", content: pieces.join("") }]),
  });
});

import { answer, sse } from "../support/chat-chunks.ts";
import { events, json } from "../support/scripted-model-server.ts";
import { begin, expect, test, word } from "./fixtures.ts";
import { themePictures } from "./theme-pictures.ts";

test.describe.configure({ timeout: 60_000 });

const tooLong =
  "This model's maximum context length is 8192 tokens. However, your messages resulted in 10431 tokens.";

test("a question that is too long tells the numbers, goes out with no later one, and can be edited or sent again", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "tea");
  const refusal = json(400, { error: { message: tooLong, code: "context_length_exceeded" } });
  model.next(refusal);
  // It is asked once more without the turn before.
  model.next(refusal);
  await chat.ask("a whole book");
  await expect(chat.turn).toContainText("10,431");
  await expect(chat.turn).toContainText("8,192");
  const [first, second] = model.requests.slice(-2).map(({ body }) => JSON.stringify(body));
  expect(first).toContain("about tea");
  expect(second).not.toContain("about tea");
  expect(second).toContain("a whole book");
  await expect(chat.turn.getByRole("button", { name: "Continue" })).toHaveCount(0);
  await expect(chat.turn.getByRole("link", { name: "New conversation" })).toBeVisible();
  await chat.turn.getByRole("button", { name: "Edit the question" }).click();
  await expect(chat.composer).toHaveValue("a whole book");
  model.next(events(answer("short")));
  await chat.ask("a page");
  await expect(chat.answer).toHaveText("short");
  await chat.finished();
  model.next(events(answer("after")));
  await chat.ask("next");
  await expect(chat.answer).toHaveText("after");
  expect(JSON.stringify(model.requests.at(-1)?.body)).not.toContain("a whole book");
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("a page");
});

// Not on the phone: what is sent does not depend on the width.
test("a question that is too long is sent again if a person says so, and along with later ones once it was answered (on the desktop)", async ({
  chat,
  model,
}) => {
  await chat.page.goto(new URL("/", chat.page.url()).href);
  model.next(json(413, { error: { message: "Request too large" } }));
  await chat.ask("a whole book");
  await expect(chat.turn).toContainText("too long");
  await chat.page.reload();
  model.next(events(answer("read")));
  await chat.turn.getByRole("button", { name: /^Retry/ }).click();
  await expect(chat.answer).toHaveText("read");
  await chat.finished();
  model.next(events(answer("after")));
  await chat.ask("next");
  await expect(chat.answer).toHaveText("after");
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("a whole book");
});

test("a context that fills up in mid-answer offers what can work, and no Continue", async ({
  chat,
  model,
}) => {
  const full = sse([{ error: { message: tooLong, type: "invalid_request_error" } }]);
  model.next({ steps: [{ write: word("half an answer") + full }] });
  await chat.page.goto(new URL("/", chat.page.url()).href);
  await chat.ask("tell me everything");
  await expect(chat.turn).toContainText("have filled what");
  await expect(chat.answer).toHaveText("half an answer");
  await expect(chat.turn).toContainText("8,192");
  await expect(chat.turn.getByRole("button", { name: "Continue" })).toHaveCount(0);
  await expect(chat.turn.getByRole("link", { name: "New conversation" })).toBeVisible();
  await expect(chat.turn).toContainText("do not go out with what you ask next");
  await chat.turn.getByRole("button", { name: "Edit the question" }).click();
  await expect(chat.composer).toHaveValue("tell me everything");
  model.next(events(answer("short")));
  await chat.ask("tell me a little");
  await expect(chat.answer).toHaveText("short");
  const sent = JSON.stringify(model.requests.at(-1)?.body);
  expect(sent).toContain("tell me a little");
  expect(sent).not.toMatch(/everything|half an answer/);
});

test("a conversation that grows long is summarised beside an answer: the page says so and shows the notes, and keeps what they stand for", async ({
  chat,
  model,
}, info) => {
  // Nearly half of what a request may hold, each.
  const long = (letter: string) => `${letter.repeat(46_000)}?`;
  await chat.page.goto(new URL("/", chat.page.url()).href);
  model.next(events(answer("read")));
  await chat.ask(long("甲"));
  await expect(chat.answer).toHaveText("read");
  await chat.finished();
  model.next(events(answer("read too")));
  model.next(events(answer("They sent a long text of one letter.")));
  await chat.ask(long("乙"));
  await expect(chat.answer).toHaveText("read too");
  await chat.finished();
  const mark = chat.turn.getByText("Earlier messages summarised");
  const notes = chat.turn.getByText("They sent a long text of one letter.");
  await mark.click();
  await expect(notes).toBeVisible();
  await expect(chat.turn.getByText("the first 2 messages")).toBeVisible();
  await chat.page.reload();
  await chat.turn.getByText("Earlier messages summarised").click();
  await expect(notes).toBeVisible();
  await expect(chat.page.locator("article.turn")).toHaveCount(2);
  if (process.env.RIVULET_PICTURES) {
    await mark.scrollIntoViewIfNeeded();
    await themePictures(chat.page, `summary.${info.project.name}`);
  }
  model.next(events(answer("after")));
  await chat.ask("next");
  await expect(chat.answer).toHaveText("after");
  const sent = JSON.stringify(model.requests.at(-1)?.body);
  expect(sent).toContain("They sent a long text of one letter.");
  expect(sent).not.toContain("甲甲");
  expect(sent).toContain("乙乙");
});

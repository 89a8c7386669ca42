import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { end, expect, test, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "a store knows no screen");

test("a store that refuses at the start: nothing is sent to the model, and the text is kept", async ({
  chat,
  model,
  app,
  store,
}) => {
  const calls = model.requests.length;
  const release = await store.refuseWrites(app);
  try {
    await chat.ask("keep me");
    await expect(chat.turn).toContainText(/Not sent: the server cannot store anything/, { timeout: 20_000 });
    expect(model.requests.length).toBe(calls);
    await chat.page.reload();
    await expect(chat.composer).toHaveValue("keep me");
  } finally {
    await release();
  }
  model.next(events(answer("kept")));
  await chat.send.click();
  await expect(chat.answer).toHaveText("kept");
});

test("a store that refuses in mid-answer: the page says so, and nothing that was shown disappears", async ({
  chat,
  model,
  app,
  store,
}) => {
  const [more, rest] = [gate(), gate()];
  model.next({
    steps: [
      { write: word("one ") },
      { until: more.promise },
      { write: word("two ") },
      { until: rest.promise },
      { write: word("three") + end },
    ],
  });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("one");
  const release = await store.refuseWrites(app);
  try {
    more.open();
    await expect(chat.turn).toContainText(/Saving is delayed/, { timeout: 20_000 });
    await expect(chat.answer).toContainText("one");
  } finally {
    await release();
  }
  rest.open();
  await expect(chat.answer).toHaveText("one two three");
  await expect(chat.turn).not.toContainText(/Saving is delayed/);
});

import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events, json, type Script, type ScriptedModelServer } from "../support/scripted-model-server.ts";
import { begin, type Chat, chatOf, end, expect, test, word } from "./fixtures.ts";

// Each of them waits for several answers, and some for ten seconds.
test.describe.configure({ timeout: 90_000 });

const again = ({ turn }: Chat) => turn.getByRole("button", { name: "Retry" });
const undo = ({ turn }: Chat) => turn.getByRole("button", { name: /^Undo/ });
const versions = ({ turn }: Chat) => turn.getByRole("group", { name: "Answers to this question" });
const good = "about tea";

/** What the model was sent last, as text. */
const sent = (model: ScriptedModelServer) => JSON.stringify(model.requests.at(-1)?.body);

async function asksUnderGood(chat: Chat, model: ScriptedModelServer): Promise<void> {
  model.next(events(answer("after")));
  await chat.ask("next");
  await expect(chat.answer).toHaveText("after");
  expect(sent(model)).toContain(good);
  expect(sent(model)).not.toContain("stump");
}

// Not on the phone: the same on every screen.
test("Again that fails, fails again and is stopped leaves the answer; all are reached, and the next question sends it (on the desktop)", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "tea");
  model.next(json(400, { error: { message: "no" } }));
  await again(chat).click();
  await expect(chat.turn).toContainText("The new answer failed");
  await expect(chat.answer).toHaveText(good);
  const broken: Script = { steps: [{ write: word("stump one") }] };
  model.next(broken);
  await again(chat).click();
  await expect(versions(chat)).toContainText("1/3");
  await expect(chat.answer).toHaveText(good);
  model.next({ steps: [{ write: word("stump two") }, { hang: true }] });
  await again(chat).click();
  await expect(chat.answer).toHaveText("stump two");
  await expect(chat.turn).toContainText(good);
  await chat.stop.click();
  await expect(chat.turn).toContainText("The new answer was stopped");
  await expect(chat.answer).toHaveText(good);
  await versions(chat).getByRole("button", { name: "Next answer" }).focus();
  for (const text of [undefined, "stump one", "stump two"]) {
    await chat.page.keyboard.press("ArrowRight");
    await (text === undefined
      ? expect(chat.turn).toContainText("refused")
      : expect(chat.answer).toHaveText(text));
  }
  for (const _ of [1, 2, 3]) await chat.page.keyboard.press("ArrowLeft");
  await expect(chat.answer).toHaveText(good);
  await chat.page.reload();
  await expect(chat.answer).toHaveText(good);
  await expect(versions(chat)).toContainText("1/4");
  await asksUnderGood(chat, model);
});

test("Undo brings the earlier answer back while the new one is written, and for ten seconds after", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "tea");
  model.next({ steps: [{ write: word("stump") }, { hang: true }] });
  await again(chat).click();
  await expect(chat.answer).toHaveText("stump");
  await undo(chat).click();
  await expect(chat.answer).toHaveText(good);
  await chat.finished();
  model.next(events(answer("stump of another kind")));
  await again(chat).click();
  await expect(chat.answer).toHaveText("stump of another kind");
  await expect(undo(chat)).toHaveText(/Undo, (10|\d) s/);
  await undo(chat).click();
  await expect(chat.answer).toHaveText(good);
  await expect(undo(chat)).toHaveCount(0);
  await chat.page.reload();
  await expect(chat.answer).toHaveText(good);
  await asksUnderGood(chat, model);
});

// Not on the phone: the same on every screen.
test("Undo is offered for ten seconds (on the desktop)", async ({ chat, model }) => {
  await begin(chat, model, "tea");
  model.next(events(answer("better")));
  await again(chat).click();
  await expect(undo(chat)).toBeVisible();
  await expect(undo(chat)).toHaveCount(0, { timeout: 60_000 });
  await expect(chat.answer).toHaveText("better");
  await expect(versions(chat)).toContainText("2/2");
});

// Not on the phone: the same on every screen.
test("asked offline or refused, the answer stays with the reason beneath it (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  await begin(chat, model, "tea");
  await context.setOffline(true);
  await again(chat).click();
  await expect(chat.turn).toContainText("Waiting for the connection");
  await expect(chat.answer).toHaveText(good);
  model.next(events(answer("online")));
  await context.setOffline(false);
  await expect(chat.answer).toHaveText("online");
  await chat.finished();
  await chat.page.route("**/runs", (route) =>
    route.fulfill({ status: 429, contentType: "application/problem+json", body: '{"code":"rate_limited"}' }),
  );
  await again(chat).click();
  await expect(chat.turn).toContainText("too many questions");
  await expect(chat.answer).toHaveText("online");
});

// Not on the phone: the same on every screen.
test("a second tab shows the answer that is written, both show the whole one, each asks under what it shows (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  await begin(chat, model, "tea");
  const second = chatOf(await context.newPage(), chat.page.url());
  await second.page.goto(chat.page.url());
  const hold = gate();
  model.next({ steps: [{ write: word("bet") }, { until: hold.promise }, { write: word("ter") + end }] });
  await again(chat).click();
  await expect(chat.answer).toHaveText("bet");
  await second.page.reload();
  await expect(second.answer).toHaveText("bet");
  await expect(second.turn).toContainText(good);
  hold.open();
  for (const each of [chat, second]) {
    await expect(each.answer).toHaveText("better");
    await expect(versions(each)).toContainText("2/2");
    await each.finished();
  }
  await versions(second).getByRole("button", { name: "Earlier answer" }).click();
  await expect(second.answer).toHaveText(good);
  await asksUnderGood(second, model);
  await chat.page.reload();
  await expect(chat.page.locator("article.turn").first().locator(".prose")).toHaveText(good);
});

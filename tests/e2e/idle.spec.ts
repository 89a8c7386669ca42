import { reasoning, refusal, sse, toolCall } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { chatOf, end, expect, test, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "waiting knows no screen");

/** Where a model may stop writing. */
const written: [string, string][] = [
  ["text", word("Half a sentence")],
  ["a list", word("- one\n- tw")],
  ["code", word("```js\nlet a")],
  ["its reasoning", sse(reasoning("Let me see"))],
  ["a refusal", sse(refusal("I would rather"))],
  ["a tool's arguments", sse(toolCall(0, "c1", "lookup", '{"a": '))],
];

test("a model that stops writing in mid-answer: after 10 s that is said, with Stop; not any more once it goes on", async ({
  app,
  model,
  context,
}) => {
  test.setTimeout(150_000);
  const goesOn = gate();
  model.script(({ body }) => {
    const question = JSON.stringify(body);
    const [, begun = ""] = written.find(([name]) => question.includes(name)) ?? [];
    return {
      steps: [{ write: begun }, { until: goesOn.promise }, { write: word(" and on") + end }],
    };
  });
  // Together: each waits for ten seconds.
  const chats = await Promise.all(
    written.map(async ([name]) => {
      const chat = chatOf(await context.newPage(), app.url);
      await chat.ask(name);
      await expect(chat.turn.locator(".row").first()).toBeVisible({ timeout: 20_000 });
      return chat;
    }),
  );
  for (const { turn, stop } of chats) {
    await expect(turn).toContainText(/Waiting for scripted/, { timeout: 60_000 });
    await expect(turn.locator(".row", { hasText: "Waiting for scripted" })).toContainText(/[1-9]\d s/);
    await expect(stop).toBeVisible();
  }
  const [first, ...others] = chats;
  if (!first) throw new Error("no windows");
  await first.stop.click();
  await expect(first.turn).toContainText("Stopped by you", { timeout: 10_000 });
  await expect(first.turn).not.toContainText("Waiting for scripted");
  goesOn.open();
  for (const { turn } of others) {
    await expect(turn).toContainText("and on", { timeout: 20_000 });
    await expect(turn).not.toContainText("Waiting for scripted");
  }
});

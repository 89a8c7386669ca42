import { gate } from "../support/scripted-model.ts";
import { end, expect, test, word } from "./fixtures.ts";

// Not on the phone: what is told does not depend on the width.
test("a screen reader is told where an answer begins and ends, and not a word of it in between (on the desktop)", async ({
  chat,
  model,
}) => {
  await chat.page.evaluate(() => {
    const announced: string[] = [];
    Object.assign(window, { announced });
    const listen = () => {
      // An <output> is a status region by itself.
      for (const region of document.querySelectorAll(
        "main :is(output, [role=status], [role=alert], [aria-live])",
      )) {
        const text = region.textContent ?? "";
        if (text !== "" && announced.at(-1) !== text && !region.closest(".under")) announced.push(text);
      }
    };
    new MutationObserver(listen).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  const gates = Array.from({ length: 20 }, () => gate());
  model.next({
    steps: [
      ...gates.flatMap(({ promise }, at) => [{ until: promise }, { write: word(`word${at} `) }]),
      { write: end },
    ],
  });
  await chat.ask("go");
  for (const [at, each] of gates.entries()) {
    each.open();
    await expect(chat.answer).toContainText(`word${at}`);
  }
  await chat.finished();
  const announced = () => chat.page.evaluate(() => (window as unknown as { announced: string[] }).announced);
  await expect.poll(announced).toEqual(["Answering", "Answer complete, 20 words"]);
  await expect(chat.page.locator("article.turn :is(output, [aria-live], [role=status])")).toHaveCount(0);
});

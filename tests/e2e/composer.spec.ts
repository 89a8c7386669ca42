import type { CDPSession } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { events } from "../support/scripted-model-server.ts";
import type { Chat } from "./fixtures.ts";
import { expect, test } from "./fixtures.ts";

/** A keyboard with an input method, by the browser's own protocol (ui.md §1). */
async function inputMethod({ page, composer }: Chat) {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  await composer.focus();
  return {
    compose: (text: string) =>
      cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length }),
    commit: (text: string) => cdp.send("Input.insertText", { text }),
    /** Enter as a browser sends it that knows of the composition: `isComposing` is true while one is open. */
    enter: async (windowsVirtualKeyCode = 13) => {
      const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode };
      await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
      await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
    },
  };
}

const scripts = [
  { name: "Chinese", steps: ["n", "ni", "nihao"], text: "你好" },
  { name: "Japanese", steps: ["ｋ", "か", "かんじ"], text: "漢字" },
];

for (const { name, steps, text } of scripts) {
  // Not on the phone: Enter sends only where there is a keyboard.
  test(`${name}: the Enter that commits a composition sends nothing, in Chrome's order and in Safari's (on the desktop)`, async ({
    chat,
    model,
  }) => {
    const posts: string[] = [];
    chat.page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
    const { compose, commit, enter } = await inputMethod(chat);
    // Chrome: keydown (isComposing), compositionend.
    for (const step of steps) await compose(step);
    await enter();
    await expect(chat.composer).toHaveValue(steps.at(-1) ?? "");
    await commit(text);
    await expect(chat.composer).toHaveValue(text);
    // Safari: compositionend, then keydown with keyCode 229 and isComposing false.
    for (const step of steps) await compose(step);
    await commit(text);
    await enter(229);
    await expect(chat.composer).toHaveValue(text + text);
    expect(posts).toEqual([]);
    // An Enter of its own does send.
    model.next(events(answer("ok")));
    await enter();
    await expect(chat.answer).toHaveText("ok");
    await expect(chat.turn.getByRole("heading", { level: 2 })).toHaveText(text + text);
    expect(posts).toHaveLength(1);
  });
}

/** Pastes as a person would: the clipboard's text goes through the browser's own paste. */
async function paste(chat: Chat, text: string): Promise<void> {
  const { page, composer } = chat;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await composer.press("ControlOrMeta+v");
}

test("a megabyte that is pasted is folded and painted within 300 ms; Undo takes it out; too long is told", async ({
  chat,
}) => {
  const text = `${"x".repeat(63)}\n`.repeat(16_384);
  await chat.composer.fill("look:");
  await chat.page.evaluate(() => {
    document.addEventListener(
      "paste",
      () => {
        const began = performance.now();
        requestAnimationFrame(() =>
          setTimeout(() => Object.assign(window, { painted: performance.now() - began })),
        );
      },
      { capture: true, once: true },
    );
  });
  await paste(chat, text);
  const chip = chat.page.getByText("pasted text · 16,384 lines");
  await expect(chip).toBeVisible();
  const painted = await chat.page.evaluate(() => (window as Window & { painted?: number }).painted);
  console.log(`1 MB pasted: painted after ${painted?.toFixed(0)} ms`);
  expect(painted).toBeLessThan(300);
  await expect(chat.page.getByText(/too long by/)).toBeVisible();
  await expect(chat.send).toHaveAttribute("aria-disabled", "true");
  await expect(chat.composer).toHaveValue("look:");
  await chat.composer.press("ControlOrMeta+z");
  await expect(chip).toHaveCount(0);
  await expect(chat.page.getByText(/too long by/)).toHaveCount(0);
});

test("a folded paste is part of the message, survives a reload, and can be removed", async ({
  chat,
  model,
}) => {
  const text = Array.from({ length: 1204 }, (_, line) => `line ${line}`).join("\n");
  await chat.composer.fill("what is odd here?");
  await paste(chat, text);
  const chip = chat.page.getByText("pasted text · 1,204 lines");
  await expect(chip).toBeVisible();
  await expect
    .poll(() => chat.page.evaluate(() => Object.values(localStorage).join()))
    .toContain("line 1203");
  await chat.page.reload();
  await expect(chip).toBeVisible();
  await expect(chat.composer).toHaveValue("what is odd here?");
  await paste(chat, text);
  await expect(chip).toHaveCount(2);
  await chat.page.getByRole("button", { name: "Remove the pasted text" }).last().click();
  await expect(chip).toHaveCount(1);
  model.next(events(answer("ok")));
  await chat.send.click();
  await expect(chat.answer).toHaveText("ok");
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("what is odd here?\\n\\nline 0\\nline 1\\n");
  await expect(chip).toHaveCount(0);
});

test("a short paste is plain text in the field, and Undo is the browser's", async ({ chat }) => {
  await chat.composer.fill("a ");
  await paste(chat, "<b>b</b>");
  await expect(chat.composer).toHaveValue("a <b>b</b>");
  await chat.composer.press("ControlOrMeta+z");
  await expect(chat.composer).toHaveValue("a ");
});

for (const status of [401, 404, 500] as const) {
  // Not on the phone: what is kept does not depend on the width.
  test(`a message that is refused with ${status} is kept, also what is written after it, across a reload (on the desktop)`, async ({
    chat,
    model,
  }) => {
    const problem = { code: { 401: "no_session", 404: "not_found", 500: "unexpected" }[status], status };
    await chat.page.route("**/runs", (route) =>
      route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify(problem) }),
    );
    await chat.ask("first words");
    await expect(chat.turn).toContainText("Not sent");
    await expect(chat.composer).toHaveValue("");
    await chat.composer.fill("second words");
    await expect
      .poll(() => chat.page.evaluate(() => Object.values(localStorage).join()))
      .toContain("second words");
    await chat.page.reload();
    await expect(chat.composer).toHaveValue("first words\n\nsecond words");
    await chat.page.unroute("**/runs");
    model.next(events(answer("ok")));
    await chat.send.click();
    await expect(chat.answer).toHaveText("ok");
  });
}

// Not on the phone: the list is behind a drawer there.
test("drafts are kept per conversation, also when the tab crashes (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  model.next(events(answer("one")));
  await chat.ask("a question");
  await chat.finished();
  const url = chat.page.url();
  await chat.composer.fill("half a thought");
  await chat.page.getByRole("link", { name: "New conversation" }).click();
  await expect(chat.composer).toHaveValue("");
  await chat.composer.fill("another one");
  await chat.page.getByRole("link", { name: "a question" }).click();
  await expect(chat.composer).toHaveValue("half a thought");
  await expect
    .poll(() => chat.page.evaluate(() => Object.values(localStorage).join()))
    .toContain("another one");
  const crashed = chat.page.waitForEvent("crash");
  void chat.page.goto("chrome://crash").catch(() => undefined);
  await crashed;
  const next = await context.newPage();
  await next.goto(url);
  await expect(next.getByRole("textbox", { name: "Write a message" })).toHaveValue("half a thought");
});

test("offline: a message waits, says so, and goes out by itself; it is pending in the next frame", async ({
  chat,
  model,
  context,
}) => {
  await context.setOffline(true);
  await expect(chat.page.getByText(/^Offline\./)).toBeVisible();
  const [line, measure] = await chat.page.evaluate(() => {
    const left = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().left ?? 0;
    const gutter = getComputedStyle(document.documentElement).getPropertyValue("--gutter");
    return [left(".banner .column > span"), left(".flow > .column") + Number.parseFloat(gutter)];
  });
  expect(line, "it stands on the measure").toBe(measure);
  await chat.composer.fill("while away");
  // Pending in the first frame after the click, however long a frame takes on the machine that runs this.
  const pending = await chat.page.evaluate(async () => {
    const began = performance.now();
    document.querySelector<HTMLElement>(".send")?.click();
    await new Promise((frame) => requestAnimationFrame(frame));
    const isShown = document.querySelector("article.turn .tick.live") !== null;
    return { isShown, ms: performance.now() - began };
  });
  console.log(`send to pending: ${pending.ms.toFixed(0)} ms`);
  expect(pending.isShown).toBe(true);
  await expect(chat.turn).toContainText("Waiting for the connection");
  await expect(chat.turn.getByText("waiting", { exact: true })).toBeVisible();
  await chat.composer.fill("next");
  await chat.send.click();
  await expect(chat.page.getByText(/The last message waits/)).toBeVisible();
  model.next(events(answer("back")));
  await context.setOffline(false);
  await expect(chat.answer).toHaveText("back");
  await expect(chat.composer).toHaveValue("next");
});

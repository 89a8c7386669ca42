import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { events } from "../support/scripted-model-server.ts";
import { begin, type Chat, chatOf, expect, test } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "drafts know no screen");

const nothing = { name: "There is nothing here" } as const;

/** Another tab of the same browser. */
async function otherTab({ page }: Chat, url: string): Promise<Chat> {
  const other = chatOf(await page.context().newPage(), url);
  await other.page.goto(url);
  return other;
}

/** Writes, and waits until the browser has it. */
async function write({ page, composer }: Chat, text: string): Promise<void> {
  await composer.fill(text);
  await expect.poll(() => page.evaluate(() => Object.values(localStorage).join("|"))).toContain(text);
}

/** As another device would: nothing of the page is told. */
const deleteConversation = (page: Page, address: string) =>
  page.evaluate(
    (id) => fetch(`/api/conversations/${id}`, { method: "DELETE" }).then(({ status }) => status),
    new URL(address).pathname.slice("/c/".length),
  );

/** The page looks at once, not at its next poll. */
const look = (page: Page) => page.evaluate(() => void window.dispatchEvent(new Event("focus")));

for (const where of ["a new conversation", "the same conversation"] as const) {
  test(`two tabs at ${where}: each keeps its own draft, and sending one's leaves the other's`, async ({
    chat,
    model,
  }) => {
    if (where === "the same conversation") await begin(chat, model, "apples");
    const other = await otherTab(chat, chat.page.url());
    await write(chat, "of the first");
    await write(other, "of the second");
    await Promise.all([chat.page.reload(), other.page.reload()]);
    await expect(chat.composer).toHaveValue("of the first");
    await expect(other.composer).toHaveValue("of the second");
    model.next(events(answer("ok")));
    await chat.send.click();
    await expect(chat.answer).toHaveText("ok");
    await expect(chat.composer).toHaveValue("");
    await chat.page.reload();
    await expect(chat.composer).toHaveValue("");
    await other.page.reload();
    await expect(other.composer).toHaveValue("of the second");
    // A tab that is closed leaves its draft to the next one.
    const address = other.page.url();
    await other.page.close();
    const next = await otherTab(chat, address);
    await expect(next.composer).toHaveValue("of the second");
  });
}

/** As on a page without TLS. */
const withoutLocks = () => Reflect.deleteProperty(Navigator.prototype, "locks");

/** A copy of a tab, as "Duplicate" makes it. */
async function duplicated({ page }: Chat): Promise<Chat> {
  const id = await page.evaluate(() => sessionStorage.getItem("rivulet-tab"));
  const other = chatOf(await page.context().newPage(), page.url());
  await other.page.addInitScript((copied) => {
    if (copied !== null && sessionStorage.length === 0) sessionStorage.setItem("rivulet-tab", copied);
  }, id);
  await other.page.goto(page.url());
  return other;
}

for (const locks of ["with", "without"] as const) {
  test(`a duplicated tab ${locks} locks writes a draft of its own, also after both were reloaded`, async ({
    chat,
  }) => {
    if (locks === "without") {
      await chat.page.context().addInitScript(withoutLocks);
      await chat.page.reload();
    }
    await write(chat, "of the first");
    const other = await duplicated(chat);
    await write(other, "of the second");
    await Promise.all([chat.page.reload(), other.page.reload()]);
    await expect(chat.composer).toHaveValue("of the first");
    await expect(other.composer).toHaveValue("of the second");
  });

  test(`the draft of a tab ${locks} locks that crashed is there in the next one, that of an open one is not`, async ({
    chat,
  }) => {
    if (locks === "without") {
      await chat.page.context().addInitScript(withoutLocks);
      await chat.page.reload();
    }
    const open = await otherTab(chat, chat.page.url());
    await write(open, "of an open tab");
    await write(chat, "of one that crashes");
    const crashed = chat.page.waitForEvent("crash");
    void chat.page.goto("chrome://crash").catch(() => undefined);
    await crashed;
    const next = await otherTab(chat, open.page.url());
    await expect(next.composer).toHaveValue("of one that crashes", { timeout: 15_000 });
    await expect(open.composer).toHaveValue("of an open tab");
  });
}

test("what was written before the script came is kept beside the draft", async ({ chat }) => {
  await write(chat, "a draft");
  // Before any script of the page runs.
  await chat.page.route(/\/_next\/static\/chunks\//, async (route) => {
    await chat.composer.evaluate((field: HTMLTextAreaElement) => (field.value ||= "typed early"));
    await route.continue();
  });
  await chat.page.reload();
  await expect(chat.composer).toHaveValue("a draft\n\ntyped early");
});

test("what is written after a question, before the server has it, stays: also when one goes elsewhere meanwhile", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "apples");
  await begin(chat, model, "pears");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await chat.page.route("**/runs", async (route) => {
    await held;
    await route.continue();
  });
  model.next(events(answer("ok")));
  await chat.ask("a question");
  await write(chat, "written since");
  await chat.page.getByRole("link", { name: "apples" }).click();
  await expect(chat.answer).toHaveText("about apples");
  release();
  const asked = chat.page.getByRole("link", { name: "pears" });
  await expect
    .poll(() => chat.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("sending"))))
    .toEqual([]);
  await asked.click();
  await expect(chat.answer).toHaveText("ok");
  await expect(chat.composer).toHaveValue("written since");
});

for (const where of ["a new conversation", "a conversation"] as const)
  test(`a question in ${where} whose response a reload cut off is asked, and stands in the field no more`, async ({
    chat,
    model,
  }) => {
    if (where === "a conversation") await begin(chat, model, "apples");
    await chat.page.route("**/runs", async (route) => {
      // It arrives, and its response does not.
      await route.fetch().catch(() => undefined);
    });
    const calls = model.requests.length;
    model.next(events(answer("ok")));
    const address = chat.page.url();
    await chat.ask("a question");
    await write(chat, "written since");
    await expect.poll(() => model.requests.length).toBe(calls + 1);
    await chat.page.unroute("**/runs");
    await chat.page.goto(address);
    await expect
      .poll(() =>
        chat.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("sending"))),
      )
      .toEqual([]);
    // The page may have learned in time that the question has arrived: then that has an address by now.
    await expect(chat.composer).toHaveValue(
      where === "a conversation" ? "written since" : /^(written since)?$/,
    );
    if (where === "a conversation") await expect(chat.answer).toHaveText("ok");
    expect(model.requests.length).toBe(calls + 1);
  });

const ways: Record<string, (chat: Chat, other: Chat) => Promise<unknown>> = {
  "deleted elsewhere": (chat, other) => deleteConversation(other.page, chat.page.url()),
  "deleted with everything": (_, { page }) =>
    page.evaluate(() => fetch("/api/conversations", { method: "DELETE" })),
  "of a session that another has replaced": async ({ page }) => {
    await page.context().clearCookies();
    await page.request.get(page.url());
  },
};

for (const [way, leave] of Object.entries(ways)) {
  test(`a conversation ${way} while one writes: the field stays, the text goes along into a new one`, async ({
    chat,
    model,
  }) => {
    await begin(chat, model, "apples");
    const gone = chat.page.url();
    const other = await otherTab(chat, gone);
    await chat.composer.fill("half");
    await chat.composer.evaluate((field) => Object.assign(window, { field }));
    await leave(chat, other);
    await chat.page.bringToFront();
    await look(chat.page);
    await expect(chat.page.getByRole("heading", nothing)).toBeVisible();
    await expect(chat.page.getByText("What you had written is below")).toBeVisible();
    await chat.page.keyboard.type(" a thought");
    await expect(chat.composer).toHaveValue("half a thought");
    await expect(chat.composer).toBeFocused();
    expect(
      await chat.composer.evaluate((field) => field === (window as Window & { field?: unknown }).field),
    ).toBe(true);
    await chat.page.reload();
    await expect(chat.composer).toHaveValue("half a thought");
    model.next(events(answer("ok")));
    await chat.send.click();
    await expect(chat.answer).toHaveText("ok");
    await expect(chat.composer).toHaveValue("");
    expect(chat.page.url()).not.toBe(gone);
    await chat.page.reload();
    await expect(chat.answer).toHaveText("ok");
    await expect(chat.composer).toHaveValue("");
  });
}

test("a conversation deleted elsewhere in the midst of a composition: it goes on, and what waited comes before it", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "apples");
  await chat.page.getByRole("link", { name: "New conversation" }).click();
  await write(chat, "waiting");
  await chat.page.getByRole("link", { name: "apples" }).click();
  await expect(chat.composer).toHaveValue("");
  await chat.composer.focus();
  const cdp = await chat.page.context().newCDPSession(chat.page);
  const compose = (text: string) =>
    cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await compose("ni");
  await deleteConversation(chat.page, chat.page.url());
  await look(chat.page);
  await expect(chat.page.getByRole("heading", nothing)).toBeVisible();
  await expect(chat.composer).toHaveValue("ni");
  await compose("nihao");
  await expect(chat.composer).toHaveValue("nihao");
  await expect
    .poll(() => chat.page.evaluate(() => Object.values(localStorage).join("|")))
    .toContain("waiting\n\nnihao");
  await cdp.send("Input.insertText", { text: "你好" });
  await expect(chat.composer).toHaveValue("waiting\n\n你好");
  await chat.page.keyboard.type("!");
  await expect(chat.composer).toHaveValue("waiting\n\n你好!");
  await chat.page.reload();
  await expect(chat.composer).toHaveValue("waiting\n\n你好!");
});

test("a question to a conversation deleted elsewhere goes along too, with what was written since", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "apples");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await chat.page.route("**/runs", async (route) => {
    await held;
    await route.continue();
  });
  await chat.ask("a question");
  await chat.composer.fill("written since");
  await deleteConversation(chat.page, chat.page.url());
  release();
  await expect(chat.page.getByRole("heading", nothing)).toBeVisible();
  await expect(chat.composer).toHaveValue("a question\n\nwritten since");
  await chat.page.reload();
  await expect(chat.composer).toHaveValue("a question\n\nwritten since");
});

for (const where of ["here", "elsewhere"] as const) {
  test(`a deletion ${where} that is undone brings the draft back`, async ({ chat, model }) => {
    await begin(chat, model, "apples");
    const address = chat.page.url();
    const other = await otherTab(chat, address);
    await write(chat, "half a thought");
    const { page } = where === "here" ? chat : other;
    await page.bringToFront();
    await page.getByRole("button", { name: "Actions for apples" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    const undo = page.getByRole("button", { name: /^Undo, \d+ s$/ });
    await expect(undo).toBeVisible();
    await look(chat.page);
    await expect(chat.page).toHaveURL(/\/$/);
    await expect(chat.composer).toHaveValue("half a thought");
    await undo.click();
    await expect(page.getByRole("link", { name: "apples" })).toBeVisible();
    await chat.page.bringToFront();
    await look(chat.page);
    await chat.page.getByRole("link", { name: "apples" }).click();
    await expect(chat.answer).toHaveText("about apples");
    await expect(chat.page).toHaveURL(address);
    await expect(chat.composer).toHaveValue("half a thought");
    await chat.page.getByRole("link", { name: "New conversation" }).click();
    await expect(chat.composer).toHaveValue("");
  });
}

test("a conversation that is gone when its page is loaded: the text waits in a new one, and the page says so", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "apples");
  await write(chat, "half a thought");
  await deleteConversation(chat.page, chat.page.url());
  await chat.page.reload();
  await expect(chat.page.getByText("What you had written here waits in a new conversation.")).toBeVisible();
  await chat.page.getByRole("link", { name: "To the beginning" }).click();
  await expect(chat.composer).toHaveValue("half a thought");
});

test("a first question that was refused is there again at the address of a new conversation", async ({
  chat,
  model,
}) => {
  await begin(chat, model, "apples");
  await chat.page.getByRole("link", { name: "New conversation" }).click();
  await chat.page.route("**/runs", (route) => route.fulfill({ status: 500, body: "{}" }));
  await chat.ask("a question");
  await expect(chat.turn).toContainText("Not sent");
  await chat.page.getByRole("link", { name: "apples" }).click();
  await expect(chat.answer).toHaveText("about apples");
  await chat.page.getByRole("link", { name: "New conversation" }).click();
  await expect(chat.turn).toContainText("Not sent");
  await chat.turn.getByRole("button", { name: "Edit" }).click();
  await expect(chat.composer).toHaveValue("a question");
});
